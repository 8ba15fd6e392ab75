import type { AgentProcess, AgentSpec } from '../agent/agent.ts';
import type { SessionFiles } from '../files/session-files.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { Announce } from '../sessions/announce.ts';
import type { LogLimits } from '../sessions/log-limit.ts';
import type { InputRecord } from '../store/records.ts';
import type { Store } from '../store/store.ts';
import type { Telemetry } from '../telemetry.ts';
import type { Outputs } from '../workspace/outputs.ts';
import type { LargeOutputContext } from './large-output.ts';
import type { Workspaces } from '../workspace/local.ts';
import type { Budgets } from './budgets.ts';
import type { UsageRecorder } from './usage-recorder.ts';

/** What a worker and its turns work with. */
export interface WorkerContext {
  store: Store;
  usage: Pick<UsageRecorder, 'settled'>;
  budgets: Pick<Budgets, 'limit'>;
  pool: ProcessPool;
  workspaces: Omit<Workspaces, 'copy'>;
  /** Directories under which a session may work; looked at again before every run. */
  allowedRoots: readonly string[];
  dataDir: string;
  /** How long a run that was cut waits before it goes on, one for each time; then it ends in error. */
  retryDelaysMs: readonly number[];
  /** Undefined: there is no webhook. */
  announce?: Announce | undefined;
  sharedWorkspaces?: string | undefined;
  telemetry: Pick<Telemetry, 'turnStarted' | 'runEnded' | 'leaseLost'>;
  /** Where outputs go that are too large for the log. */
  outputs: Pick<Outputs, 'write'>;
  files: SessionFiles;
  limits: LogLimits & LargeOutputContext['limits'];
  clock: Clock;
  log: Log;
}

/** The part of AgentPool that turns use. */
interface ProcessPool {
  /** Rejects only when `signal` aborts: a process that cannot be started says so in its run's end. */
  acquire(spec: AgentSpec, signal: AbortSignal): Promise<AgentProcess>;
  release(process: AgentProcess, how: { keepWarm: boolean }): Promise<void> | void;
  evict(sessionId: string): Promise<void>;
  /** Whether a process of this session waits for its next run. */
  isWarm(sessionId: string): boolean;
  /** Whether a start waits for memory. */
  readonly isHoldingBack: boolean;
}

/**
 * Why a turn has to stop before its end.
 * `cancel`: a client asked. `park`: the server stops. `lost`: the lease is another's, so nothing may be written.
 * `evict`: it waits for a person, who needs no process for that.
 */
export type StopReason = 'cancel' | 'park' | 'lost' | 'evict';

/** The end of a turn's string that its worker holds, and the turn's that the worker looks at. */
export interface TurnHandle {
  readonly stop: AbortController;
  /** Since when it waits for a person in a way that needs no process; undefined: it does not. Monotonic. */
  parkableSince: () => number | undefined;
  /** What a client has sent to its session; those that it knows already are among them. */
  heard: (inputs: readonly InputRecord[]) => void;
}
