import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo, Socket } from 'node:net';
import type { Bounds } from '#src/config.ts';
import { findForkCut } from '#src/agent/fork-cut.ts';
import { createApp } from '#src/http/app.ts';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { createFiles } from '#src/files/files.ts';
import type { AppContext } from '#src/http/context.ts';
import type { LIMITS } from '#src/http/limits.ts';
import { OpenStreams } from '#src/http/v1/open-streams.ts';
import { Streams } from '#src/http/streams.ts';
import { createModels } from '#src/gateway/models.ts';
import { systemClock, type Clock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import type { Sessions } from '#src/sessions/sessions.ts';
import { createSessions } from '#src/sessions/use-cases.ts';
import { openStore } from '#src/store/open.ts';
import { StoreProbe } from '#src/store/probe.ts';
import type { Store } from '#src/store/store.ts';
import { createTelemetry } from '#src/telemetry.ts';
import { createLocalWorkspaces } from '#src/workspace/local.ts';
import { createOutputs } from '#src/workspace/outputs.ts';
import { ScriptedWorker } from './scripted-worker.ts';

export interface TestApp extends AsyncDisposable {
  url: string;
  /** An allowed root; a link to nowhere, a file or a directory may be put there. */
  root: string;
  store: Store;
  worker: ScriptedWorker;
  /** How many connections the server has open. */
  connections(): number;
  /** As when the server begins to stop. */
  drain(): void;
}

export type TestUsage = Map<string, NonNullable<Awaited<ReturnType<AppContext['usageOf']>>>>;

const BOUNDS: Bounds & { maxAgents: number } = {
  maxAgents: 8,
  maxQueue: 0,
  maxSessionEvents: 0,
  maxSessionBytes: 0,
  maxToolOutputBytes: 0,
  maxStreams: 0,
  streamStallMs: 60_000,
  minFreeDiskBytes: 0,
  keepSessionsMs: 0,
  keepTranscriptsMs: 0,
  keepWorkspacesMs: 0,
};

const NO_DISK_USE = {
  freeBytes: null,
  totalBytes: null,
  databaseBytes: null,
  workspacesBytes: null,
  workspacesMeasuredAt: null,
};

interface Options {
  config?: Partial<AppContext['config']>;
  whyNotBypass?: string;
  limits?: typeof LIMITS;
  whyNoMounts?: string;
  /** What the agent processes are said to take. */
  usage?: TestUsage;
  bounds?: Partial<Bounds & { maxAgents: number }>;
  disk?: AppContext['disk'];
  clock?: Clock;
  /** Where the model provider is; nowhere unless given. */
  provider?: string;
  /** Something in the place of a use case, for what cannot be brought about from outside. */
  sessions?: Partial<Sessions>;
}

/** Approvals need it. */
export const APPROVAL_KEY = 'approval-key-of-a-test';

/** The HTTP side over a real store on a free port; instead of agents, the test itself plays the worker. */
export async function startApp(options: Options = {}): Promise<TestApp> {
  const directory = await realpath(await mkdtemp(join(tmpdir(), 'bullpen-app-')));
  const { clock = systemClock } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  const log = createLog({ level: 'silent', format: 'json' });
  const store = await openStore({ dataDir: join(directory, 'data'), clock, log });
  const draining = new AbortController();
  const probe = new StoreProbe(store, join(directory, 'data'), clock);
  const trash = join(directory, 'data', 'trash');
  await mkdir(trash);
  const workspaces = createLocalWorkspaces(join(directory, 'data', 'sessions'), trash);
  const sessions = createSessions({
    store,
    clock,
    homeNode: 'test',
    defaultWorkspace: (id) => ({ kind: 'own', ref: workspaces.directoriesOf(id).workspace }),
    copyWorkspace: (id, _isAtWork, signal) => workspaces.copy(id, signal),
    findForkCut,
    limits: bounds,
  });
  const app = createApp(
    {
      sessions: { ...sessions, ...options.sessions },
      store,
      disk: options.disk ?? { use: NO_DISK_USE, minFreeBytes: 0, isLow: false },
      streams: new Streams(bounds.maxStreams),
      openStreams: new OpenStreams(),
      outputs: createOutputs(join(directory, 'data', 'sessions')),
      models: createModels(
        { url: options.provider ?? 'http://127.0.0.1:1', headers: { 'x-api-key': 'operator' } },
        clock,
        draining.signal,
      ),
      files: createFiles({
        store,
        blobs: createBlobDirectory(join(directory, 'data', 'blobs'), clock),
        clock,
        log,
        home: undefined,
        whyNoMounts: options.whyNoMounts,
        directoriesOf: (id) => workspaces.directoriesOf(id),
      }),
      config: {
        host: '127.0.0.1',
        apiKeys: [],
        allowedHosts: [],
        corsOrigins: [],
        allowedRoots: [directory],
        dataDir: join(directory, 'data'),
        sharedWorkspaces: undefined,
        trustedRoots: [],
        allowedPermissionModes: ['default', 'acceptEdits', 'plan', 'bypassPermissions', 'dontAsk', 'auto'],
        allowedEnv: [],
        defaultOnAsk: 'deny',
        webhook: undefined,
        streamStallMs: bounds.streamStallMs,
        acceptUnknownFields: false,
        hostedStrictness: false,
        stdioMcp: false,
        ...options.config,
      },
      approvalKeys: [APPROVAL_KEY],
      version: '1.2.3',
      log,
      telemetry: createTelemetry(),
      clock,
      whyNotBypass: options.whyNotBypass,
      usageOf: async (id) => options.usage?.get(id),
      overview: () => Promise.reject(new Error('There is no whole server.')),
      isReady: () => !draining.signal.aborted,
      storeAnswers: () => probe.answers(),
      signal: draining.signal,
    },
    options.limits,
  );
  const open = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    url: `http://127.0.0.1:${portOf(app.server.address())}`,
    root: directory,
    store,
    worker: new ScriptedWorker(store, clock),
    connections: () => open.size,
    drain: () => draining.abort(),
    async [Symbol.asyncDispose]() {
      draining.abort();
      app.server.closeAllConnections();
      await app.close();
      await store[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}
