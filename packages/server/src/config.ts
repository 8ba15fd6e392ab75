import type { ManagedConfig } from './config/managed.ts';
import type { TraceSettings } from './telemetry/facts.ts';

/**
 * The settings of a server, complete and checked. Flags, `BULLPEN_*` variables and an optional file become this;
 * nothing else in the server reads the environment.
 */
export interface Config extends Bounds, ManagedConfig {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Absolute. */
  dataDir: string;
  /** Undefined: SQLite in the data dir. */
  databaseUrl: string | undefined;
  /** Absolute: the sessions' files are here, and all nodes see them. Undefined: they are on the disk of one node. */
  sharedWorkspaces: string | undefined;
  apiKeys: string[];
  /** Names, besides the loopback ones, under which the server may be addressed (`Host`). */
  allowedHosts: string[];
  /** Origins that browsers may call from; `null` may be among them. */
  corsOrigins: string[];
  /** Absolute directories under which a `cwd` must lie. */
  allowedRoots: string[];
  /** Absolute directories under which a repository's own settings may be loaded. */
  trustedRoots: string[];
  /** Where sessions without a `cwd` work; undefined: a fresh workspace each. */
  defaultCwd: string | undefined;
  allowedPermissionModes: string[];
  /** What happens when a tool needs a person and the request does not say. */
  defaultOnAsk: 'deny' | 'wait';
  /** `env` names that are reserved by default and that clients may set all the same. */
  allowedEnv: string[];
  maxAgents: number;
  maxSpawns: number;
  /** How long an agent process stays warm after a run. */
  idleTtlMs: number;
  /** Memory of one agent process and all it starts, bytes; 0: no cap. */
  agentMemoryBytes: number;
  /** With less free memory no agent starts beside others; 0: never short. */
  minFreeMemoryBytes: number;
  maxRunMs: number;
  /** How long a run that was cut off waits before it goes on, one for each time. */
  retryDelaysMs: number[];
  /** How long running turns may go on after SIGTERM. */
  shutdownGraceMs: number;
  defaultModel: string | undefined;
  /** How long a run waits for a provider that serves none of its requests. */
  modelPatienceMs: number;
  /** `auto`: the strongest of which a trial run works. */
  sandbox: 'auto' | 'bubblewrap' | 'namespace' | 'process-group';
  /** Where the ends of runs are told, and what signs it; undefined: nowhere. */
  webhook: { url: string; secret: Buffer } | undefined;
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  logFormat: 'json' | 'pretty';
  /** Where the model is. */
  model: ModelConfig;
  /** What agents inherit of the server's environment: PATH, LANG, LC_*, TZ, git identity. */
  agentEnv: Record<string, string>;
  /** Where the server's spans go; undefined: none are made. */
  traces: TraceSettings | undefined;
  /** Variables that make agents send telemetry of their own; undefined: they send none. */
  agentTelemetry: Record<string, string> | undefined;
}

/** What keeps a server from growing without end. 0: no limit, for ever. */
export interface Bounds {
  /** Sessions that may wait for an agent. */
  maxQueue: number;
  /** The log of one session: events, and bytes with the outputs that are kept beside it. */
  maxSessionEvents: number;
  maxSessionBytes: number;
  /** How much of one event's text stays in the log; the whole is kept in a file. */
  maxToolOutputBytes: number;
  /** Streams open at once, and how long one may go without its reader taking anything. */
  maxStreams: number;
  streamStallMs: number;
  /** With less free space for the data dir no new work is taken. */
  minFreeDiskBytes: number;
  /** From the end of a session's last run. */
  keepSessionsMs: number;
  keepTranscriptsMs: number;
  keepWorkspacesMs: number;
}

export type ModelConfig =
  /** The scripted model inside the server. */
  { mode: 'demo' } | { mode: 'provider'; baseUrl: string; headers: Record<string, string> };
