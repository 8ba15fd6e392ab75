import type { Clock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import type { Store } from '#src/store/store.ts';
import { createTelemetry } from '#src/telemetry.ts';
import { Budgets } from '#src/worker/budgets.ts';
import type { WorkerContext } from '#src/worker/context.ts';
import { Worker } from '#src/worker/worker.ts';
import { createOutputs } from '#src/workspace/outputs.ts';

interface Options extends Pick<WorkerContext, 'pool' | 'retryDelaysMs'> {
  store: Store;
  clock: Clock;
  maxAgents: number;
  leaseMs: number;
}

/** The worker as the server has it, over agents that are no processes and work in no directory. It is not started yet. */
export function createWorkerWithoutProcesses(options: Options): Worker {
  const { store, clock, pool, retryDelaysMs, maxAgents, leaseMs } = options;
  const directories = { home: '/', workspace: '/' };
  return new Worker(
    {
      store,
      telemetry: createTelemetry(),
      usage: { settled: async () => undefined },
      budgets: new Budgets(),
      pool,
      workspaces: {
        list: async () => [],
        directoriesOf: () => directories,
        prepare: async () => directories,
        discard: async () => async () => undefined,
        remove: async () => undefined,
      },
      outputs: createOutputs('/'),
      files: { dropUnused: async () => undefined },
      limits: { maxSessionEvents: 0, maxSessionBytes: 0, maxToolOutputBytes: 0 },
      allowedRoots: ['/'],
      retryDelaysMs,
      dataDir: '/',
      clock,
      log: createLog({ level: 'silent', format: 'json' }),
    },
    { owner: createId(clock.now()), maxAgents, leaseMs, idleTtlMs: 0 },
  );
}
