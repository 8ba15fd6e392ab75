import { hostname } from 'node:os';
import type { Config } from './config.ts';
import { MINUTE, SECOND } from './lib/duration.ts';
import { createId } from './lib/ids.ts';
import type { WorkerContext } from './worker/context.ts';
import { Worker } from './worker/worker.ts';

/** On PostgreSQL another node takes over after this, and the time until it looks: 10 s in all. On SQLite nobody can. */
const SHARED_LEASE_MS = 8.5 * SECOND;
const SOLE_LEASE_MS = 10 * MINUTE;

type Rooms = Pick<
  WorkerContext,
  | 'store'
  | 'usage'
  | 'budgets'
  | 'pool'
  | 'workspaces'
  | 'outputs'
  | 'files'
  | 'announce'
  | 'telemetry'
  | 'clock'
  | 'log'
>;

/** The worker of this node. */
export function createWorker(config: Config, { nodeId, ...rooms }: Rooms & { nodeId: string }): Worker {
  const { allowedRoots, retryDelaysMs, dataDir, databaseUrl, sharedWorkspaces, maxAgents, idleTtlMs } =
    config;
  const filesAreShared = sharedWorkspaces !== undefined;
  return new Worker(
    { ...rooms, allowedRoots, retryDelaysMs, dataDir, sharedWorkspaces, limits: config },
    {
      owner: `${nodeId}:${createId(rooms.clock.now())}`,
      maxAgents,
      idleTtlMs,
      ...(databaseUrl
        ? { leaseMs: SHARED_LEASE_MS, place: { nodeId, nodeName: hostname(), filesAreShared } }
        : { leaseMs: SOLE_LEASE_MS }),
    },
  );
}
