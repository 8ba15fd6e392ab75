import type { AgentSpec, TranscriptStore } from './agent/agent.ts';
import type { AgentContext } from './agent/context.ts';
import { createModelPatience } from './agent/environment.ts';
import { readFreeMemory } from './agent/memory.ts';
import { toHeldSpec } from './agent/held-spec.ts';
import { AgentPool } from './agent/pool.ts';
import type { Config } from './config.ts';
import type { DataDirectory } from './data-directory.ts';
import type { SessionFiles } from './files/session-files.ts';
import type { Gateway } from './gateway/gateway.ts';
import { createPatience } from './gateway/patience.ts';
import type { Clock } from './lib/clock.ts';
import { MINUTE } from './lib/duration.ts';
import { VERSION } from './lib/version.ts';
import type { Log } from './log.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Store } from './store/store.ts';
import { whileAway } from './store/while-away.ts';
import type { Telemetry } from './telemetry.ts';

/** A run in which nothing happens for so long is given up; tools at work do not count. */
const SILENCE_MS = 10 * MINUTE;

interface PoolParts {
  directory: DataDirectory;
  sandbox: Sandbox;
  store: Store;
  files: Pick<SessionFiles, 'fill'>;
  gateway: Gateway;
  telemetry: Telemetry;
  clock: Clock;
  log: Log;
}

/** The agent processes of a server: how each is started, and how many there are. */
export function createPool(config: Config, parts: PoolParts): AgentPool {
  const { directory, sandbox, store, files, gateway, telemetry, clock, log } = parts;
  const context: AgentContext = {
    runRoot: directory.processes,
    dataDir: directory.root,
    sharedWorkspaces: config.sharedWorkspaces,
    allowedRoots: config.allowedRoots,
    sandbox,
    memoryBytes: config.agentMemoryBytes,
    gatewayUrl: gateway.url,
    agentEnv: config.agentEnv,
    defaultModel: config.defaultModel,
    clientApp: `bullpen/${VERSION}`,
    agentTelemetry: config.agentTelemetry,
    fill: (tenantId, content) => files.fill(tenantId, content),
    patience: createModelPatience(createPatience(config.modelPatienceMs)),
    limits: { silenceMs: SILENCE_MS, maxRunMs: config.maxRunMs },
    clock,
    log,
  };
  return new AgentPool({
    settings: {
      maxAgents: config.maxAgents,
      maxSpawns: config.maxSpawns,
      idleTtlMs: config.idleTtlMs,
      minFreeBytes: config.minFreeMemoryBytes,
    },
    // The largest part of the server: loaded by itself, so that a start need not wait for it.
    async loadStart() {
      const { startAgent } = await import('./agent/claude.ts');
      return (spec) => {
        const begunAt = clock.monotonic();
        const agent = startAgent(toHeldSpec(spec, sandbox), context, {
          pass: gateway.issuePass(spec),
          transcript: spec.role === undefined ? createTranscripts(store, spec) : FORGETFUL,
        });
        void agent.started.then(() => telemetry.agentStarted(clock.monotonic() - begunAt));
        return agent;
      };
    },
    freeMemory: readFreeMemory,
    log,
  });
}

/** For an agent of which nothing is kept. */
const FORGETFUL: TranscriptStore = {
  append: () => Promise.resolve(true),
  load: () => Promise.resolve(null),
  listSubpaths: () => Promise.resolve([]),
};

/** The part of the store that keeps the transcripts of one session. */
function createTranscripts(store: Store, { tenantId, sessionId }: AgentSpec): TranscriptStore {
  return {
    append: ({ epoch, ended }, part, entries) =>
      whileAway(
        (attempt) => store.appendTranscript(tenantId, sessionId, epoch, part, entries, attempt > 0),
        ended,
      ),
    load: (part, patience) => whileAway(() => store.loadTranscript(tenantId, sessionId, part), patience),
    listSubpaths: (agentSessionId, patience) =>
      whileAway(() => store.listTranscriptSubpaths(tenantId, sessionId, agentSessionId), patience),
  };
}
