import { hostname, totalmem } from 'node:os';
import { readFreeMemory } from './agent/memory.ts';
import type { AgentPool } from './agent/pool.ts';
import type { Config } from './config.ts';
import type { Holding } from './holding.ts';
import type { Overview } from './http/overview.ts';
import type { Clock } from './lib/clock.ts';
import { DAY } from './lib/duration.ts';
import { MAX_COUNT } from './store/bounds.ts';
import { StoreUnavailableError, type Store } from './store/store.ts';
import { findMissing, findWarnings, type Condition } from './warnings.ts';
import type { Worker } from './worker/worker.ts';

interface OverviewSources {
  store: Pick<Store, 'readQueue' | 'listNodes'>;
  storeAnswers: () => Promise<boolean>;
  pool: Pick<AgentPool, 'size' | 'warm' | 'usage'>;
  worker: Pick<Worker, 'running'>;
  disk: Condition['disk'];
  nodeId: string;
  holding: Promise<Holding>;
  clock: Clock;
}

/** Looks at the server from all sides, when somebody asks. It does not fail while the database is away. */
export function createOverview(config: Config, sources: OverviewSources): () => Promise<Overview> {
  const { storeAnswers, pool, worker, disk, clock } = sources;
  const startedAt = clock.now();
  const begunAt = clock.monotonic();
  const isShared = config.databaseUrl !== undefined;

  return async () => {
    const [isReachable, holding, agents, freeBytes, missingRoots] = await Promise.all([
      storeAnswers(),
      sources.holding,
      pool.usage(),
      readFreeMemory(),
      findMissing(config.allowedRoots),
    ]);
    const { waiting, nodes } = await askStore(sources, isReachable, isShared);
    return {
      startedAt,
      uptimeMs: clock.monotonic() - begunAt,
      model: describeModel(config),
      role: isShared ? { kind: 'node', nodes } : { kind: 'single' },
      node: hostname(),
      database: { kind: isShared ? 'postgres' : 'sqlite', isReachable },
      agents: {
        running: worker.running,
        max: config.maxAgents,
        waiting,
        processes: pool.size,
        warm: pool.warm,
      },
      memory: {
        serverBytes: process.memoryUsage.rss(),
        agentsBytes: agents.reduce((sum, { rssBytes }) => sum + rssBytes, 0),
        totalBytes: totalmem(),
        freeBytes,
        minFreeBytes: config.minFreeMemoryBytes,
      },
      sandbox: holding,
      warnings: findWarnings(config, {
        isDatabaseAway: !isReachable,
        disk,
        freeMemoryBytes: freeBytes,
        sandbox: holding,
        isRoot: process.getuid?.() === 0,
        missingRoots,
      }),
    };
  };
}

interface Answers {
  waiting: number | null;
  nodes: { name: string; seenAt: number; isThis: boolean }[];
}

async function askStore(
  { store, nodeId }: Pick<OverviewSources, 'store' | 'nodeId'>,
  isReachable: boolean,
  isShared: boolean,
): Promise<Answers> {
  const nothing = { waiting: null, nodes: [] };
  if (!isReachable) return nothing;
  try {
    const [queue, nodes] = await Promise.all([
      store.readQueue({ maxWaiting: MAX_COUNT, maxLeased: 0 }),
      isShared ? store.listNodes(DAY) : [],
    ]);
    const seen = nodes.map(({ id, name, seenAt }) => ({ name, seenAt, isThis: id === nodeId }));
    return { waiting: queue.waiting, nodes: seen };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return nothing;
    throw error;
  }
}

/** The address of a provider may have a password in it. */
function describeModel({ model }: Config): Overview['model'] {
  return model.mode === 'demo' ? model : { mode: 'provider', url: new URL(model.baseUrl).origin };
}
