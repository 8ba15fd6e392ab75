import type { ModelHold } from '../gateway/gateway.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import type { AgentProcess, TranscriptStore } from './agent.ts';
import type { ModelPatience } from './environment.ts';
import type { FillContent } from './input.ts';
import type { RunLimits } from './watchdog.ts';

/** The part of the gateway's pass that an agent process uses. */
export interface ModelPass {
  readonly token: string;
  setRun(runId: string | null): void;
  /** Who hears when a request has to wait for the provider's trouble to pass. */
  onHold(listener: (hold: ModelHold) => void): void;
  /** Who hears when a request is held because the session may not cost more. */
  onBudgetReached(listener: () => void): void;
  readonly openRequests: number;
  readonly lastActivityAt: number | undefined;
  settled(): Promise<void>;
  stop(): void;
  revoke(): void;
}

/** What the operator decides about every agent process. */
export interface AgentContext {
  /** Where processes have their directories: `<data dir>/run/<this server>`. */
  runRoot: string;
  /** Hidden from agents, but for the directories of their own session. */
  dataDir: string;
  /** Where the sessions of all nodes have their directories, if not in `dataDir`: hidden in the same way. */
  sharedWorkspaces?: string | undefined;
  /** Directories under which sessions work: visible to an agent that works below them, also below /tmp. */
  allowedRoots: readonly string[];
  sandbox: Sandbox;
  /** Memory of one agent process, bytes; 0: no cap. */
  memoryBytes: number;
  gatewayUrl: string;
  agentEnv: Record<string, string>;
  defaultModel: string | undefined;
  /** Name and version of this server. */
  clientApp: string;
  /** Variables that make agents send telemetry of their own; absent: they send none. */
  agentTelemetry?: Record<string, string> | undefined;
  fill: FillContent;
  limits: RunLimits;
  patience: ModelPatience;
  clock: Clock;
  log: Log;
}

/** What belongs to one agent process alone. */
export interface AgentResources {
  transcript: TranscriptStore;
  pass: ModelPass;
}

export interface StartedAgent extends AgentProcess {
  /** Resolves when the process has started up, or has ended. Never rejects. */
  readonly ready: Promise<void>;
  /** Resolves when its first request to the model is on its way (until then it keeps a core busy), or it has ended. */
  readonly started: Promise<void>;
  /** False once it has ended or is about to. */
  readonly isUsable: boolean;
}
