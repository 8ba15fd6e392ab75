import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AgentPool } from './agent/pool.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { Clock } from './lib/clock.ts';
import { SECOND } from './lib/duration.ts';
import { VERSION } from './lib/version.ts';
import type { Load } from './store/bounds.ts';
import type { Store } from './store/store.ts';
import type { Metrics, Samples } from './telemetry/metrics.ts';

/** However many read the metrics, and however often: the database is asked no more than that. */
const LOAD_FOR_MS = 5 * SECOND;
const LOOP_TICK_MS = 20;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

interface GaugeSources {
  store: Pick<Store, 'readLoad'>;
  pool: Pick<AgentPool, 'size' | 'usage'>;
  gateway: Pick<Gateway, 'stats'>;
  clock: Clock;
}

/** The numbers that are looked up when somebody reads the metrics. docs/guide/operations.md explains them. */
export function registerGauges(metrics: Metrics, { store, pool, gateway, clock }: GaugeSources): void {
  const load = remember(() => store.readLoad(), clock);
  metrics.gauge('bullpen_build_info', 'The version that runs.', () => [[{ version: VERSION }, 1]]);
  metrics.gauge('bullpen_store_up', 'Whether the database answers.', async () =>
    load().then(
      () => 1,
      () => 0,
    ),
  );
  metrics.gauge('bullpen_sessions', 'Sessions with work or waiting, by state.', async () =>
    Object.entries((await load()).sessions).map(([state, count]) => [{ state }, count] as const),
  );
  metrics.gauge('bullpen_queue_age_seconds', 'How long the oldest session waits for a worker.', async () => {
    return ((await load()).longestWaitMs ?? 0) / SECOND;
  });
  metrics.gauge(
    'bullpen_approvals_open',
    'Tool calls that wait for a person.',
    async () => (await load()).openApprovals,
  );
  registerAgents(metrics, pool);
  registerGateway(metrics, gateway);
  registerProcess(metrics, clock);
}

function registerAgents(metrics: Metrics, pool: GaugeSources['pool']): void {
  metrics.gauge('bullpen_agent_processes', 'Agent processes, working and warm.', () => pool.size);
  metrics.gauge(
    'bullpen_agents_resident_memory_bytes',
    'Memory of agents, with all that they started.',
    async () => (await pool.usage()).reduce((sum, { rssBytes }) => sum + rssBytes, 0),
  );
  const seen = new Map<number, number>();
  let total = 0;
  metrics.sum(
    'bullpen_agents_cpu_seconds_total',
    'Processor time of agents, as far as it was read.',
    async () => {
      const usage = await pool.usage();
      for (const { pid, cpuSeconds } of usage) total += Math.max(0, cpuSeconds - (seen.get(pid) ?? 0));
      seen.clear();
      for (const { pid, cpuSeconds } of usage) seen.set(pid, cpuSeconds);
      return total;
    },
  );
}

function registerGateway(metrics: Metrics, gateway: GaugeSources['gateway']): void {
  metrics.gauge(
    'bullpen_gateway_waiting_requests',
    'Requests that wait for trouble of the model provider to pass.',
    () => gateway.stats().waiting,
  );
  metrics.gauge(
    'bullpen_gateway_paused_models',
    'Models to which nothing but probes goes now.',
    () => gateway.stats().pausedModels.length,
  );
  metrics.sum(
    'bullpen_gateway_pauses_total',
    'How often requests to a model had to pause.',
    () => gateway.stats().pauses,
  );
}

/** This process, under the names that every exporter uses. */
function registerProcess(metrics: Metrics, clock: Clock): void {
  const startedAt = clock.now() / SECOND - process.uptime();
  const readDelay = createDelayReader();
  metrics.gauge(
    'bullpen_event_loop_delay_seconds',
    'Delay of the event loop since the last reading.',
    readDelay,
  );
  metrics.gauge('process_resident_memory_bytes', 'Memory of the server.', () => process.memoryUsage.rss());
  metrics.sum('process_cpu_seconds_total', 'Processor time of the server.', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / MICROSECONDS;
  });
  metrics.gauge('process_start_time_seconds', 'When the server was started.', () => startedAt);
  if (process.platform === 'linux') {
    metrics.gauge(
      'process_open_fds',
      'Open files and connections of the server.',
      async () => (await readdir('/proc/self/fd')).length,
    );
  }
}

/** What `read` gives, kept for a while; readers that come meanwhile share one answer, a failed one too. */
function remember(read: () => Promise<Load>, clock: Clock): () => Promise<Load> {
  let last: { load: Promise<Load>; readAt: number } | undefined;
  return () => {
    const now = clock.monotonic();
    if (!last || now - last.readAt >= LOAD_FOR_MS) last = { load: read(), readAt: now };
    return last.load;
  };
}

/** Measures from the first reading on: a server whose metrics nobody reads need not wake up for them. */
function createDelayReader(): () => Samples {
  let delay: ReturnType<typeof monitorEventLoopDelay> | undefined;
  return () => {
    if (!delay) {
      delay = monitorEventLoopDelay({ resolution: LOOP_TICK_MS });
      delay.enable();
      return [];
    }
    // It measures the time between two ticks.
    const seconds = (nanoseconds: number): number =>
      Math.max(0, nanoseconds / NANOSECONDS - LOOP_TICK_MS / SECOND);
    const samples: Samples =
      delay.max === 0
        ? []
        : [
            [{ quantile: '0.5' }, seconds(delay.percentile(50))],
            [{ quantile: '0.99' }, seconds(delay.percentile(99))],
            [{ quantile: '1' }, seconds(delay.max)],
          ];
    delay.reset();
    return samples;
  };
}
