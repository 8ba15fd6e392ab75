import type { Config } from '../config.ts';
import type { Models } from '../domain/models.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { Files } from '../files/files.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { AgentReads, AgentWrites } from '../store/agents.ts';
import type { EnvironmentReads, EnvironmentWrites } from '../store/environments.ts';
import type { Store } from '../store/store.ts';
import type { UsageReportReads } from '../store/usage-reports.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Overview } from './overview.ts';
import type { Streams } from './streams.ts';
import type { OpenStreams } from './v1/open-streams.ts';
import type { Disk } from '../workspace/disk.ts';
import type { Outputs } from '../workspace/outputs.ts';

/** An agent process with everything that it started. */
interface ProcessUsage {
  pid: number;
  rssBytes: number;
  cpuSeconds: number;
  processes: number;
}

/** What the HTTP side needs of the rest of the house. */
export interface AppContext {
  sessions: Sessions;
  store: Pick<Store, 'readIdempotency' | 'listDeliveries' | 'replayDelivery'> &
    AgentReads &
    AgentWrites &
    EnvironmentReads &
    EnvironmentWrites &
    UsageReportReads;
  outputs: Pick<Outputs, 'open'>;
  models: Models;
  files: Files;
  streams: Streams;
  openStreams: OpenStreams;
  disk: Pick<Disk, 'use' | 'minFreeBytes' | 'isLow'>;
  config: Pick<
    Config,
    | 'host'
    | 'apiKeys'
    | 'allowedHosts'
    | 'corsOrigins'
    | 'allowedRoots'
    | 'dataDir'
    | 'sharedWorkspaces'
    | 'trustedRoots'
    | 'allowedPermissionModes'
    | 'allowedEnv'
    | 'defaultOnAsk'
    | 'webhook'
    | 'streamStallMs'
    | 'acceptUnknownFields'
    | 'hostedStrictness'
    | 'stdioMcp'
  >;
  /** Keys for what needs one even where nothing else does: an agent on this machine must not answer for a person. */
  approvalKeys: readonly string[];
  version: string;
  log: Log;
  telemetry: Pick<Telemetry, 'metrics' | 'requestAnswered' | 'streamOpened'>;
  clock: Clock;
  /** Why `bypassPermissions` cannot run here, as a sentence for the client; undefined: it can. */
  whyNotBypass: string | undefined;
  /** What the agent process of a session takes, if it has one on this node: known here only, not in the store. */
  usageOf(sessionId: string): Promise<ProcessUsage | undefined>;
  /** How the server is, from all sides. */
  overview(): Promise<Overview>;
  /** False while the server starts or drains: then it takes no new work. */
  isReady(): boolean;
  /** Whether new work could be stored. */
  storeAnswers(): Promise<boolean>;
  /** Aborts when running turns have had their time: streams and waiting requests end, so that clients reconnect. */
  signal: AbortSignal;
}
