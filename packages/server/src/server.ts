import { findForkCut } from './agent/fork-cut.ts';
import { readApprovalKey } from './approval-key.ts';
import type { Config } from './config.ts';
import { openFiles } from './open-files.ts';
import { createPool } from './create-pool.ts';
import { createWorker } from './create-worker.ts';
import { isSoleDatabase, prepareDataDirectory } from './data-directory.ts';
import { FAILURES } from './domain/failure.ts';
import { registerGauges } from './gauges.ts';
import { describeHolding, type Holding } from './holding.ts';
import type { ModelRequest } from './gateway/gateway.ts';
import { createModels } from './gateway/models.ts';
import { createPatience } from './gateway/patience.ts';
import { startGateway } from './gateway/start-gateway.ts';
import { OpenStreams } from './http/v1/open-streams.ts';
import { Streams } from './http/streams.ts';
import { systemClock, type Clock } from './lib/clock.ts';
import { SECOND } from './lib/duration.ts';
import { createId } from './lib/ids.ts';
import { releaseAll } from './lib/release-all.ts';
import { VERSION } from './lib/version.ts';
import { createLog, type Log } from './log.ts';
import { openUpstream } from './open-upstream.ts';
import { createOverview } from './overview.ts';
import { whyNotBypass } from './sandbox/bypass.ts';
import { detectSandbox } from './sandbox/detect.ts';
import { projectAnnounced } from './http/simple/project.ts';
import { startWarden } from './sandbox/warden.ts';
import { priceOf } from './sessions/cost.ts';
import type { SessionsContext } from './sessions/context.ts';
import { createSessions } from './sessions/use-cases.ts';
import { openStore } from './store/open.ts';
import { StoreProbe } from './store/probe.ts';
import { observeStore } from './observe-store.ts';
import type { UsageRecord } from './store/records.ts';
import { createTelemetry } from './telemetry.ts';
import { createAnnounce } from './webhooks/announce.ts';
import { Deliverer } from './webhooks/deliverer.ts';
import { removeExpiredRows } from './worker/expired-rows.ts';
import { Retention } from './worker/retention.ts';
import { sweepWorkspaces } from './worker/sweep.ts';
import { Budgets } from './worker/budgets.ts';
import { UsageRecorder } from './worker/usage-recorder.ts';
import { Disk } from './workspace/disk.ts';
import { createOutputs } from './workspace/outputs.ts';
import { createLocalWorkspaces, type Workspaces } from './workspace/local.ts';

/** Long enough for every stream and request to end by itself when it is told to. */
const HTTP_CLOSE_MS = 5 * SECOND;
/** For messages to the webhook about the last runs; what it is too short for is sent after the next start. */
const DELIVERY_CLOSE_MS = 2 * SECOND;
/** Clients that connect at the same moment: the kernel cuts those that it cannot queue. It has a limit of its own. */
const BACKLOG = 4096;

export interface Server extends AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  readonly sandbox: Holding;
  /** What answers for a person on a server without API keys; undefined: one of those does. */
  readonly approvalKey: string | undefined;
  /**
   * Takes no new work, lets running turns go on for the grace of the config (none with `force`), parks the others,
   * and closes everything in reverse order of its start. Idempotent; a second call with `force` hurries the first.
   */
  close(options?: { force?: boolean }): Promise<void>;
}

export interface ServerOverrides {
  log?: Log;
  clock?: Clock;
}

/** Builds and starts a server: the one place where the rooms of the house are put together. */
export async function createServer(config: Config, overrides: ServerOverrides = {}): Promise<Server> {
  const { log = createLog({ level: config.logLevel, format: config.logFormat }), clock = systemClock } =
    overrides;
  const releasers: (() => Promise<unknown>)[] = [];
  try {
    return await build(config, log, clock, releasers);
  } catch (error) {
    await releaseAll(releasers);
    throw error;
  }
}

async function build(
  config: Config,
  log: Log,
  clock: Clock,
  releasers: (() => Promise<unknown>)[],
): Promise<Server> {
  const { dataDir, databaseUrl, sharedWorkspaces } = config;
  // Loading takes longer than everything else in a start, so it overlaps with opening the store and the trial of the sandbox.
  const http = import('./http/app.ts');
  const telemetry = createTelemetry(Object.keys(FAILURES));
  releasers.push(() => telemetry[Symbol.asyncDispose]());
  const tracing = config.traces ? telemetry.startTracing(config.traces, log) : undefined;
  const store = observeStore(await openStore({ dataDir, databaseUrl, clock, log }), clock, telemetry);
  releasers.push(() => store[Symbol.asyncDispose]());
  const expiry = removeExpiredRows(store, clock, log);
  releasers.push(async () => expiry[Symbol.asyncDispose]());
  const directory = await prepareDataDirectory(config, clock, log);
  // The one that had this data directory before is dead, and its agents are too: nobody need wait for its leases.
  await store.voidLeasesOf(directory.nodeId);
  const [{ createApp }, { sandbox, reason }] = await Promise.all([
    http,
    detectSandbox(config.sandbox, config.agentEnv['PATH'] ?? ''),
  ]);
  // It takes a while, and nobody needs it before agents start.
  const startingWarden = sandbox.ownsTree ? undefined : startWarden(directory.processes, log);
  releasers.push(async () => {
    const warden = await startingWarden;
    if (typeof warden === 'object') await warden[Symbol.asyncDispose]();
  });
  const upstream = await openUpstream(config, clock, releasers);
  const usage = new UsageRecorder(store, log);
  const budgets = new Budgets();
  const gateway = await startGateway({
    upstream,
    clock,
    log,
    patience: createPatience(config.modelPatienceMs),
    mayWork: (sessionId) => worker.mayWork(sessionId),
    mayCost: (sessionId) => budgets.mayCost(sessionId),
    onRequest(request) {
      const record = toUsage(request, clock);
      budgets.spent(record.sessionId, record.costUsd);
      telemetry.modelRequestEnded({ ...request, costUsd: record.costUsd });
      return usage.record(record);
    },
  });
  releasers.push(() => gateway[Symbol.asyncDispose]());
  // The gateway waits for what is still to be recorded.
  releasers.push(async () => usage[Symbol.dispose]());

  const announce = config.webhook && createAnnounce(store, clock, projectAnnounced);
  const deliverer = config.webhook && new Deliverer({ store, clock, log }, config.webhook);
  deliverer?.start();
  releasers.push(async () => deliverer?.stop(0));

  const workspaces = createLocalWorkspaces(directory.sessions, directory.trash);
  const outputs = createOutputs(directory.sessions);
  let isReady = false;
  const draining = new AbortController();
  const probe = new StoreProbe(store, dataDir, clock);
  const disk = new Disk({
    dataDir,
    sessionsDir: directory.sessions,
    databaseBytes: () => store.databaseBytes(),
    minFreeBytes: config.minFreeDiskBytes,
    clock,
    log,
  });
  await disk.start();
  releasers.push(async () => disk.stop());
  const { nodeId } = directory;
  const files = await openFiles(config, { store, nodeId, sandbox, reason, workspaces, disk, clock, log });
  releasers.push(async () => files[Symbol.asyncDispose]());
  const pool = createPool(config, { directory, sandbox, store, files, gateway, telemetry, clock, log });
  const sessions: SessionsContext = {
    store,
    clock,
    homeNode: directory.nodeId,
    defaultWorkspace: (sessionId) => defaultWorkspace(config, workspaces, sessionId),
    copyWorkspace: async (sessionId, isAtWork, signal) => {
      if (!isAtWork) await pool.evict(sessionId);
      return workspaces.copy(sessionId, signal);
    },
    findForkCut,
    announce,
    limits: config,
  };
  const approvalKey = config.apiKeys.length > 0 ? undefined : await readApprovalKey(dataDir);
  const worker = createWorker(config, {
    store,
    usage,
    budgets,
    pool,
    workspaces,
    outputs,
    files,
    announce,
    nodeId,
    telemetry,
    clock,
    log,
  });
  const holding = Promise.resolve(startingWarden).then((warden) => describeHolding(sandbox, reason, warden));
  const overview = { store, storeAnswers: () => probe.answers(), pool, worker, disk, nodeId, holding, clock };
  const app = createApp({
    sessions: createSessions(sessions),
    store,
    outputs,
    models: createModels(upstream, clock, draining.signal),
    files,
    streams: new Streams(config.maxStreams),
    openStreams: new OpenStreams(),
    disk,
    config,
    approvalKeys: approvalKey === undefined ? config.apiKeys : [approvalKey],
    version: VERSION,
    log,
    telemetry,
    clock,
    whyNotBypass: whyNotBypass(sandbox, process.getuid?.() === 0),
    usageOf: (sessionId) => pool.usageOf(sessionId),
    overview: createOverview(config, overview),
    isReady: () => isReady,
    storeAnswers: () => probe.answers(),
    signal: draining.signal,
  });
  releasers.push(() => app.close());
  const url = await app.listen({ host: config.host, port: config.port, backlog: BACKLOG });
  isReady = true;

  releasers.push(() => pool[Symbol.asyncDispose]());
  registerGauges(telemetry.metrics, { store, pool, gateway, clock });
  const held = await holding;
  log.info({ sandbox: held.kind, reason: held.reason }, 'How agents are held.');
  await tracing;
  worker.start();
  const retention = new Retention({
    sessions,
    workspaces,
    evict: (sessionId) => pool.evict(sessionId),
    ages: config,
    node: directory.nodeId,
    owner: `${directory.nodeId}:${createId(clock.now())}`,
    log,
  });
  retention.start();
  releasers.push(() => retention.stop());
  const warmingUp = pool
    .warmUp()
    .catch((error: unknown) => log.error({ err: error }, 'The engine could not be loaded.'));
  releasers.push(() => warmingUp);
  // What several nodes share may hold files that another one is just about to use.
  if (sharedWorkspaces === undefined) {
    const context = { store, workspaces, isSoleDatabase: (id: string) => isSoleDatabase(dataDir, id), log };
    const sweeping = sweepWorkspaces(context, draining.signal);
    releasers.push(() => sweeping);
  }

  let closing: Promise<void> | undefined;
  const close = async (graceMs: number): Promise<void> => {
    isReady = false;
    await worker.stop(graceMs);
    // Only now: whoever watched a run has seen its end.
    draining.abort();
    await deliverer?.stop(graceMs === 0 ? 0 : DELIVERY_CLOSE_MS);
    const cut = setTimeout(() => app.server.closeAllConnections(), HTTP_CLOSE_MS);
    await releaseAll(releasers);
    clearTimeout(cut);
  };
  const server: Server = {
    url,
    sandbox: held,
    approvalKey,
    async close({ force = false } = {}) {
      closing ??= close(force ? 0 : config.shutdownGraceMs);
      if (force) await worker.stop(0);
      await closing;
    },
    [Symbol.asyncDispose]: () => server.close({ force: true }),
  };
  return server;
}

function toUsage(request: ModelRequest, clock: Clock): UsageRecord {
  return { ...request, id: createId(clock.now()), costUsd: priceOf(request.model, request) };
}

function defaultWorkspace(
  config: Config,
  workspaces: Workspaces,
  sessionId: string,
): { kind: 'own' | 'directory'; ref: string } {
  return config.defaultCwd
    ? { kind: 'directory', ref: config.defaultCwd }
    : { kind: 'own', ref: workspaces.directoriesOf(sessionId).workspace };
}
