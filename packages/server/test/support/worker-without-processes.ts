import type { AgentProcess, AgentSpec } from '#src/agent/agent.ts';
import { systemClock, type Clock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { createLog } from '#src/log.ts';
import type { SessionFiles } from '#src/files/session-files.ts';
import type { Store } from '#src/store/store.ts';
import { createTelemetry } from '#src/telemetry.ts';
import { Budgets } from '#src/worker/budgets.ts';
import type { WorkerContext } from '#src/worker/context.ts';
import { Worker } from '#src/worker/worker.ts';
import type { SessionDirectories } from '#src/workspace/local.ts';
import { createOutputs } from '#src/workspace/outputs.ts';

interface Options extends Pick<WorkerContext, 'pool' | 'retryDelaysMs'> {
  store: Store;
  clock: Clock;
  maxAgents: number;
  leaseMs: number;
}

const NO_DIRECTORIES: SessionDirectories = {
  home: '/',
  workspace: '/',
  uploads: '/',
  outputs: '/',
  repositories: '/',
};

const NO_FILES: SessionFiles = {
  give: async () => ({
    mounts: undefined,
    places: { uploads: null, outputs: NO_DIRECTORIES.outputs, repositories: [] },
  }),
  collect: async () => [],
  fill: async (_tenantId, content) => [...content],
  dropUnused: async () => undefined,
};

/** The worker as the server has it, over agents that are no processes and work in no directory. It is not started yet. */
export function createWorkerWithoutProcesses(options: Options): Worker {
  const { store, clock, pool, retryDelaysMs, maxAgents, leaseMs } = options;
  return new Worker(
    {
      store,
      telemetry: createTelemetry(),
      usage: { settled: async () => undefined },
      budgets: new Budgets(),
      pool,
      workspaces: {
        list: async () => [],
        directoriesOf: () => NO_DIRECTORIES,
        prepare: async () => NO_DIRECTORIES,
        discard: async () => async () => undefined,
        remove: async () => undefined,
      },
      outputs: createOutputs('/'),
      files: NO_FILES,
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

/** The same, started, for agents that a test has written itself. */
export function startWorkerOf(store: Store, createAgent: (spec: AgentSpec) => AgentProcess): Worker {
  const worker = createWorkerWithoutProcesses({
    store,
    clock: systemClock,
    leaseMs: 60_000,
    maxAgents: 8,
    retryDelaysMs: [],
    pool: {
      isHoldingBack: false,
      isWarm: () => false,
      acquire: async (spec) => createAgent(spec),
      release: () => undefined,
      evict: async () => undefined,
    },
  });
  worker.start();
  return worker;
}
