import type { UseQueryOptions } from '@tanstack/react-query';
import { request } from '../api/http.ts';
import { toProblem } from '../lib/problem.ts';

/** Whether the server lets this key in. */
export function admissionQuery(key: string | undefined): UseQueryOptions {
  return {
    queryKey: ['admission', key],
    queryFn: ({ signal }) => request<unknown>('/server', { signal }),
    staleTime: Infinity,
    retry: (count, thrown) => !toProblem(thrown).needsKey && count < 2,
  };
}
