import { queryOptions } from '@tanstack/react-query';
import { request } from '../api/http.ts';
import { toProblem } from '../lib/problem.ts';

/** Whether the server lets this key in. */
export const admissionQuery = (key: string | undefined) =>
  queryOptions({
    queryKey: ['admission', key],
    queryFn: ({ signal }) => request<unknown>('/server', { signal }),
    staleTime: Infinity,
    retry: (count, thrown) => !toProblem(thrown).needsKey && count < 2,
  });
