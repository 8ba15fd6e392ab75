import { PRIMARY_THREAD } from '../domain/event.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord, IdempotencyRecord } from '../store/records.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { ApprovalClosed, ApprovalNotFound, NeedsResult, NotAQuestion, RequestRepeated } from './errors.ts';

/** A decision; to a question of the agent with what was chosen, by the text of each question. */
export interface ApprovalAnswer extends ApprovalDecision {
  answers?: Record<string, string> | undefined;
  /** What a repeated request is answered, from the approval as it is then. */
  idempotency?: ((answered: ApprovalRecord) => IdempotencyRecord | undefined) | undefined;
}

/**
 * Decides about a tool call that waits. The first answer counts. The agent hears of it from the worker that holds its
 * process, or in a new process that a worker starts for it.
 */
export async function answerApproval(
  context: SessionsContext,
  tenantId: string,
  approvalId: string,
  answer: ApprovalAnswer,
): Promise<ApprovalRecord> {
  const { store, clock } = context;
  for (;;) {
    const approval = await store.readApproval(tenantId, approvalId);
    if (!approval) throw new ApprovalNotFound();
    if (approval.state !== 'open') throw new ApprovalClosed(approval);
    if (approval.kind === 'custom_tool') throw new NeedsResult();
    const { sessionId, runId, toolUseId, name, rules } = approval;
    const now = clock.now();
    const decision = toDecision(approval, answer);
    const state = decision.behavior === 'allow' ? ('allowed' as const) : ('denied' as const);
    const idempotency = answer.idempotency?.({ ...approval, state, decision, closedAt: now });
    const { session, head } = await requireSession(store, tenantId, sessionId);
    const remembers = decision.behavior === 'allow' && decision.remember;
    const result = await store.commit(tenantId, sessionId, {
      // What others allowed for the session in the meantime must not be forgotten.
      ...(remembers && {
        expectedVersion: head.version,
        session: { grants: [...new Set([...session.grants, ...rules])] },
      }),
      ...(idempotency && { idempotency }),
      answerApprovals: [{ id: approvalId, decision, closedAt: now }],
      events: [
        {
          id: createId(now),
          threadId: PRIMARY_THREAD,
          createdAt: now,
          body: {
            type: 'approval.answered',
            approvalId,
            runId,
            toolUseId,
            name,
            decision,
            kind: approval.kind,
          },
        },
      ],
      // If the process is gone, a worker is to go on; one that holds the session hears of it anyway.
      head: { wakeAt: now, needsSlot: true },
    });
    if (result.ok) return requireApproval(context, tenantId, approvalId);
    if (result.conflict === 'gone') throw new ApprovalNotFound();
    if (result.conflict === 'repeated') throw new RequestRepeated();
  }
}

function toDecision(
  { kind, input: asked }: ApprovalRecord,
  { answers, idempotency: _, ...decision }: ApprovalAnswer,
): ApprovalDecision {
  if (answers === undefined) return decision;
  if (kind !== 'question') throw new NotAQuestion();
  return { ...decision, input: { ...asked, ...decision.input, answers } };
}

async function requireApproval(
  { store }: SessionsContext,
  tenantId: string,
  approvalId: string,
): Promise<ApprovalRecord> {
  const approval = await store.readApproval(tenantId, approvalId);
  if (!approval) throw new ApprovalNotFound();
  return approval;
}
