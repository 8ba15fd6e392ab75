import type { ApprovalDecision, ApprovalKind } from '../domain/approval.ts';
import type { Content } from '../domain/content.ts';
import type { AgentResult, EventBody } from '../domain/event.ts';
import type { Failure } from '../domain/failure.ts';
import type { ModelRequestUsage } from '../domain/managed-events.ts';
import type { RunOptions } from '../domain/run-options.ts';
import type { TextPiece } from '../domain/text-piece.ts';
import type { Mount } from '../sandbox/sandbox.ts';
import type { ToolAccess } from './tool-access.ts';

/** Everything about an agent process that is fixed when it starts. */
export interface AgentSpec {
  tenantId: string;
  sessionId: string;
  /**
   * Set: it is not the session's own agent, but one beside it that looks at what that has done. Nothing of its conversation is
   * kept, and it has a shell only where it is held so that it cannot change anything.
   */
  role?: 'grader' | undefined;
  /** Claude's session id: made by us, the same over all resumes. */
  agentSessionId: string;
  /** Whether the conversation exists and is to be loaded from the transcript store. */
  resume: boolean;
  /** Set: the process goes on with what the transcript holds, and is given no prompt. */
  continues?: Continuation | undefined;
  /** The epoch of the lease under which it starts. */
  leaseEpoch: number;
  /** Permission rules that a person allowed for the rest of the session. */
  grants: string[];
  /** Of an agent of `/v1`: which tools there are, and who decides about their calls. Absent: the agent's own rules do. */
  access?: ToolAccess | undefined;
  /** Absolute, existing, checked. */
  cwd: string;
  /** The agent's HOME: lives as long as the session. */
  home: string;
  /** What it sees at other places than where it is, if the sandbox can do that. Absent: nothing. */
  mounts?: readonly Mount[] | undefined;
  options: RunOptions;
}

/** `cut_turn`: the end of the transcript asks for an answer. `held_call`: for the call that waited for a person. */
export type Continuation = 'cut_turn' | 'held_call';

export interface AgentPrompt {
  runId: string;
  /** Becomes the uuid of the user message in the transcript. */
  inputId: string;
  content: Content;
  lease: RunLease;
  /** It is the server's own word, in a run that goes on after a cut. */
  isNudge?: boolean;
}

/** The lease under which a run is done: what it adds to the transcript is written under it, or not at all. */
export interface RunLease {
  epoch: number;
  /** Aborts when nothing may be stored under it any more: until then the transcript waits for a store that is away. */
  ended: AbortSignal;
}

/** What comes out of a run, in order. The last one, and only the last, is `ended`. */
export type AgentOutput =
  /** The agent has taken this message and works on it. */
  | { type: 'taken'; inputId: string }
  /** The transcript has the prompt: from now on the session can be resumed, whatever happens to the process. */
  | { type: 'recorded' }
  | { type: 'event'; body: AgentEventBody }
  /** A request to the model begins, and ends, in the main line. */
  | { type: 'request_started' }
  /** `model` null: none has answered. */
  | { type: 'request_ended'; isError: boolean; model: string | null; usage: ModelRequestUsage }
  | { type: 'preview'; preview: TextPiece }
  /** A tool call needs a person: it waits for `answer`. Its `agent.tool_use` event came before. */
  | { type: 'ask'; ask: AgentAsk }
  /** The agent does not wait for this one any more. */
  | { type: 'ask_withdrawn'; toolUseId: string }
  /** A call has passed the policy and is at work, until its result. */
  | { type: 'call_started'; toolUseId: string }
  /** The next request to the model would cost more than the session may: it waits until the process is killed. */
  | { type: 'budget_reached' }
  | { type: 'ended'; end: RunEnd };

/** The events that an agent makes; the others are the server's own. */
export type AgentEventBody = Extract<
  EventBody,
  {
    type:
      | 'agent.message'
      | 'agent.thinking'
      | 'agent.tool_use'
      | 'agent.tool_result'
      | 'agent.system'
      | 'run.result';
  }
>;

/** A tool call that waits for a person. */
export interface AgentAsk {
  toolUseId: string;
  kind: ApprovalKind;
  /** The tool. */
  name: string;
  input: Record<string, unknown>;
  /** What allowing it for the rest of the session would allow. */
  rules: string[];
  /** Why the agent asks, in its words. */
  reason: string | null;
  /** The call of the parent under which a subagent asks; null in the main line. */
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
  /** The root of its process tree; undefined until it has been spawned, and once it has ended. */
  readonly pid: number | undefined;
  /**
   * Does one run: the prompt and all work that follows from it, background agents too, until the session is idle.
   * Must not throw: failures are in `ended`. One run at a time.
   */
  run(prompt: AgentPrompt): AsyncIterable<AgentOutput>;
  /**
   * Gives the run under way another message: the agent hears of it before its next request to the model, or goes on
   * with it at its end. False: the run is over, or about to be, and the message is not sent.
   */
  push(message: Pick<AgentPrompt, 'inputId' | 'content'>): boolean;
  /** What a person decided about a call. Before `run` too: for a call that the process will ask for again. */
  answer(toolUseId: string, decision: ApprovalDecision): void;
  /** Asks the agent to stop the run under way; messages that it has not taken yet are not heard. Harmless when it is idle or gone. */
  interrupt(): Promise<void>;
  /** Kills the tree at once; resolves when nothing of it is left. Idempotent. */
  kill(): Promise<void>;
  /** Resolves when the process has ended, for whatever reason. */
  readonly exited: Promise<void>;
}

/**
 * Where the agent's transcript is kept. Bound to one session by its maker. While it is away its methods wait, until
 * `patience` aborts.
 */
export interface TranscriptStore {
  /** False: somebody else has claimed the session since this lease, so nothing was written and nothing ever will be. */
  append(
    lease: RunLease,
    part: { agentSessionId: string; subpath: string },
    entries: { uuid: string | null; entry: string }[],
  ): Promise<boolean>;
  load(part: { agentSessionId: string; subpath: string }, patience: AbortSignal): Promise<string[] | null>;
  listSubpaths(agentSessionId: string, patience: AbortSignal): Promise<string[]>;
}
