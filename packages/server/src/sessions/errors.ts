import type { ForkFault } from '../domain/fork-point.ts';
import type { SessionState } from '../domain/session-state.ts';
import type { ApprovalRecord } from '../store/records.ts';

/** Things a caller of Sessions can do wrong; the HTTP side gives each its words and its status. */
export class SessionNotFound extends Error {
  override name = 'SessionNotFound';
}

/** It has no conversation to go on with. */
export class SessionNotResumable extends Error {
  override name = 'SessionNotResumable';
}

/** Its transcript was removed: it can be read, but not resumed. */
export class TranscriptRemoved extends Error {
  override name = 'TranscriptRemoved';
}

/** Its log has reached the limit. */
export class SessionLogFull extends Error {
  override name = 'SessionLogFull';
}

/** Its agent was deleted while the session was made. */
export class AgentGone extends Error {
  override name = 'AgentGone';
}

/** As many sessions as may wait do so already. */
export class QueueFull extends Error {
  override name = 'QueueFull';
  readonly limit: number;

  constructor(limit: number) {
    super(`${limit} sessions wait already.`);
    this.limit = limit;
  }
}

/** A run is open. */
export class SessionBusy extends Error {
  override name = 'SessionBusy';
  readonly state: SessionState;

  constructor(state: SessionState) {
    super(`The session is ${state}.`);
    this.state = state;
  }
}

export class SessionNotRunning extends Error {
  override name = 'SessionNotRunning';
  readonly state: SessionState;

  constructor(state: SessionState) {
    super(`The session is ${state}.`);
    this.state = state;
  }
}

/** A session stays in its directory. */
export class DifferentCwd extends Error {
  override name = 'DifferentCwd';
  readonly cwd: string;

  constructor(cwd: string) {
    super(`The session works in ${cwd}.`);
    this.cwd = cwd;
  }
}

/** Another request used the same Idempotency-Key at the same time, and was first. */
export class RequestRepeated extends Error {
  override name = 'RequestRepeated';
}

/** The work was accepted but the worker did not confirm in time. */
export class WorkerDidNotAnswer extends Error {
  override name = 'WorkerDidNotAnswer';
}

export class ApprovalNotFound extends Error {
  override name = 'ApprovalNotFound';
}

/** Somebody was first, or nobody can answer any more. */
export class ApprovalClosed extends Error {
  override name = 'ApprovalClosed';
  readonly approval: ApprovalRecord;

  constructor(approval: ApprovalRecord) {
    super(`The approval is ${approval.state}.`);
    this.approval = approval;
  }
}

/** Answers were given to a call that asks nothing. */
export class NotAQuestion extends Error {
  override name = 'NotAQuestion';
}

/** Its files are on the disk of another node. */
export class SessionElsewhere extends Error {
  override name = 'SessionElsewhere';
}

/** No fork can be made at this event. */
export class ForkPointRefused extends Error {
  override name = 'ForkPointRefused';
  readonly fault: ForkFault;

  constructor(fault: ForkFault) {
    super(`There is no fork at this event: ${fault}.`);
    this.fault = fault;
  }
}

/** It was started by `/execute/`, whose requests say what its agent is. */
export class SessionHasNoAgent extends Error {
  override name = 'SessionHasNoAgent';
}

/** Its metadata would become too much. The message says how. */
export class SessionMetadataFault extends Error {
  override name = 'SessionMetadataFault';
}

/** Of a budget. The code is one that clients know. */
export class BudgetRefused extends Error {
  override name = 'BudgetRefused';
  readonly code: BudgetFault;

  constructor(code: BudgetFault) {
    super(`The budget was refused: ${code}.`);
    this.code = code;
  }
}

/**
 * `budget_create_only`: the session has none, and only a new one can get one. `budget_not_raised`: it has used that much
 * already. `model_not_budgetable`: nobody knows what its model costs.
 */
export type BudgetFault = 'budget_create_only' | 'budget_not_raised' | 'model_not_budgetable';

/** The call of a custom tool is answered with its result, not with a decision. */
export class NeedsResult extends Error {
  override name = 'NeedsResult';
}

/** It can be read, and nothing more. */
export class SessionArchived extends Error {
  override name = 'SessionArchived';
}

/** The session has cost as much as it may: only what it waits for is taken. */
export class BudgetReached extends Error {
  override name = 'BudgetReached';
}

/** One outcome at a time. */
export class OutcomeOpen extends Error {
  override name = 'OutcomeOpen';
}

/** An answer to a call that does not wait for it. `why`: there is no such call, it has an answer, or it takes another kind. */
export class CallNotWaiting extends Error {
  override name = 'CallNotWaiting';
  readonly callId: string;
  readonly why: 'unknown' | 'answered' | 'other_kind';

  constructor(callId: string, why: 'unknown' | 'answered' | 'other_kind') {
    super(`The call ${callId} does not wait for this answer.`);
    this.callId = callId;
    this.why = why;
  }
}
