import { keepPreviousData, useQuery, type QueryClient, type UseQueryResult } from '@tanstack/react-query';
import { getKey, useKey } from '../api/credential.ts';
import { request } from '../api/http.ts';
import { toProblem } from '../lib/problem.ts';

/** Whether the server lets the key of this browser in. */
export function useAdmission(): UseQueryResult {
  // While another key is looked at, whoever is inside stays, with what they were writing.
  return useQuery({ ...toQuery(useKey()), placeholderData: keepPreviousData });
}

/** Asks before the page is there. */
export function askForAdmission(queries: QueryClient): void {
  void queries.prefetchQuery(toQuery(getKey()));
}

const toQuery = (key: string | undefined) => ({
  queryKey: ['admission', key],
  queryFn: ({ signal }: { signal: AbortSignal }) => request<unknown>('/server', { signal }),
  staleTime: Infinity,
  retry: (count: number, thrown: Error) => !toProblem(thrown).needsKey && count < 2,
});
