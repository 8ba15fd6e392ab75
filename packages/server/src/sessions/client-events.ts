import type { ApprovalDecision } from '../domain/approval.ts';
import type { Content } from '../domain/content.ts';
import type { OutcomeDefinedEvent } from '../domain/managed-events.ts';
import type { Outcome } from '../domain/managed-session.ts';

/** What a client sends to a session. `id`: of the event that it becomes. */
export type ClientInput =
  | { kind: 'message'; id: string; content: Content }
  | { kind: 'outcome'; id: string; outcome: OutcomeDefinedEvent['outcome'] }
  | { kind: 'interrupt'; id: string }
  /** `callId`: of the event of the call. */
  | { kind: 'confirmation'; id: string; callId: string; decision: ApprovalDecision }
  | { kind: 'custom_result'; id: string; callId: string; decision: ApprovalDecision };

/** What makes the agent work, when it has nothing to do. */
export type WorkInput = Extract<ClientInput, { kind: 'message' | 'outcome' }>;

export function isWork(input: ClientInput): input is WorkInput {
  return input.kind === 'message' || input.kind === 'outcome';
}

export function isAnswer(
  input: ClientInput,
): input is Extract<ClientInput, { kind: 'confirmation' | 'custom_result' }> {
  return input.kind === 'confirmation' || input.kind === 'custom_result';
}

/** What the agent is told. */
export function contentOf(input: WorkInput): Content {
  return input.kind === 'message' ? input.content : input.outcome.description;
}

/** An outcome that nobody has worked on. */
export function toNewOutcome(defined: OutcomeDefinedEvent['outcome']): Outcome {
  return { ...defined, iteration: 0, result: 'pending', explanation: null, completedAt: null };
}
