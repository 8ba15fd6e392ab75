import type { Environment } from '../domain/environment.ts';
import type { IdempotencyRecord } from './records.ts';

export interface EnvironmentRecord {
  id: string;
  environment: Environment;
  createdAt: number;
  /** Grows with every change: what a change was based on is checked against it. */
  updatedAt: number;
  archivedAt: number | null;
}

export interface EnvironmentWrites {
  /** `repeated`: see Commit.idempotency. */
  createEnvironment(
    tenantId: string,
    creation: { environment: EnvironmentRecord; idempotency?: IdempotencyRecord | undefined },
  ): Promise<{ ok: true } | { ok: false; conflict: 'repeated' }>;
  /** If it was last changed at `expectedUpdatedAt`. */
  updateEnvironment(
    tenantId: string,
    update: { environment: EnvironmentRecord; expectedUpdatedAt: number },
  ): Promise<EnvironmentUpdateResult>;
  /** The environment as it is then; one that is archived stays as it is. Undefined: no such environment. */
  archiveEnvironment(
    tenantId: string,
    request: { id: string; now: number },
  ): Promise<EnvironmentRecord | undefined>;
  /** False: no such environment. */
  deleteEnvironment(tenantId: string, id: string): Promise<boolean>;
}

export interface EnvironmentReads {
  readEnvironment(tenantId: string, id: string): Promise<EnvironmentRecord | undefined>;
  /** By id (which is by time of creation), newest first. */
  listEnvironments(tenantId: string, query: EnvironmentQuery): Promise<EnvironmentRecord[]>;
}

/** `gone`: there is no such environment. `version`: it was changed since. */
export type EnvironmentUpdateResult = { ok: true } | { ok: false; conflict: 'gone' | 'archived' | 'version' };

export interface EnvironmentQuery {
  limit: number;
  includeArchived: boolean;
  /** Only those before this id. */
  before?: string | undefined;
}
