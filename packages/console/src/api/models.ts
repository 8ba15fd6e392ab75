import { queryOptions, useQuery } from '@tanstack/react-query';
import { loadV1 } from './load-v1.ts';

/** The models of the provider, in its order. */
export const modelsQuery = queryOptions({
  queryKey: ['models'],
  staleTime: 300_000,
  queryFn: async ({ signal }) => (await (await loadV1()).beta.models.list({ limit: 1000 }, { signal })).data,
});

/** What fits into the context of most models. */
const USUAL_WINDOW = 200_000;

/** How many tokens fit into a model's context, as the server knows it. */
export function useContextWindow(model: string | undefined): number {
  const { data } = useQuery({
    queryKey: ['models', 'windows'],
    queryFn: async () => {
      const windows = new Map<string, number>();
      for await (const { id, max_input_tokens: most } of (await loadV1()).beta.models.list({ limit: 1000 })) {
        if (most != null) windows.set(id, most);
      }
      return windows;
    },
    staleTime: Infinity,
    retry: false,
  });
  if (model === undefined) return USUAL_WINDOW;
  // A dated name is the same model.
  return data?.get(model) ?? data?.get(model.replace(/-\d{8}$/, '')) ?? USUAL_WINDOW;
}
