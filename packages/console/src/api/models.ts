import { queryOptions } from '@tanstack/react-query';
import { v1 } from './client.ts';

/** The models of the provider, in its order. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => (await v1().beta.models.list({ limit: 1000 }, { signal })).data,
});
