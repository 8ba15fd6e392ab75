import type { BetaEnvironment } from '@anthropic-ai/sdk/resources/beta/environments/environments';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import { v1 } from './client.ts';
import { usePages, type Pages } from './pages.ts';

export type Environment = BetaEnvironment;

export interface EnvironmentBody {
  name: string;
  description: string;
  metadata: Record<string, string>;
}

export function useEnvironments({
  archived,
  whole,
}: {
  archived: boolean;
  whole: boolean;
}): Pages<Environment> {
  return usePages(
    ['environments', { archived }],
    (page, signal) =>
      v1().beta.environments.list(
        { limit: 50, include_archived: archived, ...(page && { page }) },
        { signal },
      ),
    { whole },
  );
}

interface EnvironmentActions {
  /** Makes one, or changes `base`. */
  save: UseMutationResult<Environment, Error, { base: Environment | undefined; body: EnvironmentBody }>;
  archive: UseMutationResult<Environment, Error, string>;
  remove: UseMutationResult<unknown, Error, string>;
}

export function useEnvironmentActions(): EnvironmentActions {
  const queries = useQueryClient();
  const onSuccess = (): Promise<void> => queries.invalidateQueries({ queryKey: ['environments'] });
  return {
    save: useMutation({
      mutationFn: ({ base, body }) =>
        base
          ? v1().beta.environments.update(base.id, {
              ...body,
              metadata: toPatch(base.metadata, body.metadata),
            })
          : v1().beta.environments.create(body),
      onSuccess,
    }),
    archive: useMutation({ mutationFn: (id) => v1().beta.environments.archive(id), onSuccess }),
    remove: useMutation({ mutationFn: (id) => v1().beta.environments.delete(id), onSuccess }),
  };
}

/** A key that is gone is set to null. */
function toPatch(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const removed = Object.keys(before).filter((key) => !(key in after));
  return { ...Object.fromEntries(removed.map((key) => [key, null])), ...after };
}
