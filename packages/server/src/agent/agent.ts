import type { AgentResult, EventBody } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import type { RunOptions } from '../domain/run-options.ts';

/** Everything about an agent process that is fixed when it starts. */
export interface AgentSpec {
  tenantId: string;
  sessionId: string;
  /** Claude's session id: made by us, the same over all resumes. */
  agentSessionId: string;
  /** Whether the conversation exists and is to be loaded from the transcript store. */
  resume: boolean;
  /** Which run of the session it starts for: 0, 1, 2 … */
  runOrdinal: number;
  /** Absolute, existing, checked. */
  cwd: string;
  /** The agent's HOME: lives as long as the session. */
  home: string;
  options: RunOptions;
}

export interface AgentPrompt {
  runId: string;
  /** Becomes the uuid of the user message in the transcript. */
  inputId: string;
  content: string;
}

/** What comes out of a run, in order. The last one, and only the last, is `ended`. */
export type AgentOutput =
  /** The agent has taken the prompt and works on it. */
  | { type: 'taken' }
  /** The transcript has the prompt: from now on the session can be resumed, whatever happens to the process. */
  | { type: 'recorded' }
  | { type: 'event'; body: AgentEventBody }
  | { type: 'preview'; preview: AgentPreview }
  | { type: 'ended'; end: RunEnd };

/** The events that an agent makes; the others are the server's own. */
export type AgentEventBody = Exclude<
  EventBody,
  {
    type:
      | 'user.message'
      | 'session.state'
      | 'run.recovered'
      | 'approval.requested'
      | 'approval.answered'
      | 'approval.expired';
  }
>;

/** A piece of text while it is written. `offset`: characters of the block that came before. */
export interface AgentPreview {
  messageId: string;
  index: number;
  kind: 'text' | 'thinking';
  offset: number;
  text: string;
  parentToolUseId: string | null;
}

/** `result` is the last of the run; null when there was none. */
export interface RunEnd {
  failure: Failure | null;
  result: AgentResult | null;
  /** False: the process is gone or must not be used again. */
  reusable: boolean;
}

/** One agent binary with everything it started. */
export interface AgentProcess {
  readonly sessionId: string;
  /** Equal fingerprints: a run with that spec may use this process. */
  readonly fingerprint: string;
  /** The root of its process tree; undefined until it has been spawned. */
  readonly pid: number | undefined;
  /**
   * Does one run: the prompt and all work that follows from it, background agents too, until the session is idle.
   * Must not throw: failures are in `ended`. One run at a time.
   */
  run(prompt: AgentPrompt): AsyncIterable<AgentOutput>;
  /** Asks the agent to stop the run under way. Harmless when it is idle or gone. */
  interrupt(): Promise<void>;
  /** Kills the tree at once; resolves when nothing of it is left. Idempotent. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
}

/** Where the agent's transcript is kept. Bound to one session by its maker. */
export interface TranscriptStore {
  append(
    part: { agentSessionId: string; subpath: string },
    entries: { uuid: string | null; entry: string }[],
  ): Promise<void>;
  load(part: { agentSessionId: string; subpath: string }): Promise<string[] | null>;
  listSubpaths(agentSessionId: string): Promise<string[]>;
}
