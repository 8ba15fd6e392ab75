import { isDeepStrictEqual } from 'node:util';
import type { CloudConfig, Environment } from '../domain/environment.ts';
import { findMetadataFault, patchMetadata } from '../domain/metadata.ts';
import type { Clock } from '../lib/clock.ts';
import type { EnvironmentReads, EnvironmentRecord, EnvironmentWrites } from '../store/environments.ts';
import { EnvironmentArchived, EnvironmentBuiltIn, EnvironmentNotFound, InvalidMetadata } from './errors.ts';
import { isBuiltIn } from './find-environment.ts';

/** What is to be different; what is absent stays. */
export interface EnvironmentChange {
  name?: string | undefined;
  description?: string | null | undefined;
  config?: CloudConfig | undefined;
  /** Key by key; null removes one. */
  metadata?: Record<string, string | null> | undefined;
}

interface Context {
  store: Pick<EnvironmentReads, 'readEnvironment'> & Pick<EnvironmentWrites, 'updateEnvironment'>;
  clock: Clock;
}

/**
 * Of changes at the same time none is lost: each is made on what the others left. Throws EnvironmentNotFound,
 * EnvironmentBuiltIn, EnvironmentArchived, InvalidMetadata.
 */
export async function updateEnvironment(
  { store, clock }: Context,
  tenantId: string,
  id: string,
  change: EnvironmentChange,
): Promise<EnvironmentRecord> {
  if (isBuiltIn(tenantId, id)) throw new EnvironmentBuiltIn();
  for (;;) {
    const current = await store.readEnvironment(tenantId, id);
    if (!current) throw new EnvironmentNotFound();
    if (current.archivedAt !== null) throw new EnvironmentArchived();
    const changed = changeEnvironment(current.environment, change);
    if (isDeepStrictEqual(changed, current.environment)) return current;
    const updatedAt = Math.max(clock.now(), current.updatedAt + 1);
    const environment = { ...current, environment: changed, updatedAt };
    const expectedUpdatedAt = current.updatedAt;
    const result = await store.updateEnvironment(tenantId, { environment, expectedUpdatedAt });
    if (result.ok) return environment;
  }
}

function changeEnvironment(stored: Environment, change: EnvironmentChange): Environment {
  const metadata = patchMetadata(stored.metadata, change.metadata ?? {});
  const fault = findMetadataFault(metadata);
  if (fault !== undefined) throw new InvalidMetadata(fault);
  return {
    name: change.name ?? stored.name,
    description: change.description === undefined ? stored.description : change.description,
    config: change.config ?? stored.config,
    metadata,
  };
}
