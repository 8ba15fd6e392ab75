import { BUILT_IN_ENVIRONMENT, builtInEnvironmentId } from '../domain/built-in.ts';
import type { EnvironmentReads, EnvironmentRecord } from '../store/environments.ts';
import { EnvironmentArchived, EnvironmentNotFound } from './errors.ts';

type Reads = Pick<EnvironmentReads, 'readEnvironment'>;

/** An environment, the built-in one too. Throws EnvironmentNotFound. */
export async function findEnvironment(
  store: Reads,
  tenantId: string,
  id: string,
): Promise<EnvironmentRecord> {
  if (isBuiltIn(tenantId, id)) {
    // It was always there.
    return { id, environment: BUILT_IN_ENVIRONMENT, createdAt: 0, updatedAt: 0, archivedAt: null };
  }
  const environment = await store.readEnvironment(tenantId, id);
  if (!environment) throw new EnvironmentNotFound();
  return environment;
}

/** One that a new session may work in. Throws EnvironmentNotFound, EnvironmentArchived. */
export async function requireOpenEnvironment(
  store: Reads,
  tenantId: string,
  id: string,
): Promise<EnvironmentRecord> {
  const environment = await findEnvironment(store, tenantId, id);
  if (environment.archivedAt !== null) throw new EnvironmentArchived();
  return environment;
}

export function isBuiltIn(tenantId: string, id: string): boolean {
  return id === builtInEnvironmentId(tenantId);
}
