import { PRIMARY_THREAD } from '../domain/event.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import { createId } from '../lib/ids.ts';
import type { ApprovalRecord } from '../store/records.ts';
import { requireSession, type SessionsContext } from './context.ts';
import { ApprovalClosed, ApprovalNotFound, NotAQuestion } from './errors.ts';

/** A decision; to a question of the agent with what was chosen, by the text of each question. */
export interface ApprovalAnswer extends ApprovalDecision {
  answers?: Record<string, string> | undefined;
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
    const { sessionId, runId, toolUseId, name, rules } = approval;
    const decision = toDecision(approval, answer);
    const { session, head } = await requireSession(store, tenantId, sessionId);
    const now = clock.now();
    const remembers = decision.behavior === 'allow' && decision.remember;
    const result = await store.commit(tenantId, sessionId, {
      // What others allowed for the session in the meantime must not be forgotten.
      ...(remembers && {
        expectedVersion: head.version,
        session: { grants: [...new Set([...session.grants, ...rules])] },
      }),
      answerApproval: { id: approvalId, decision, closedAt: now },
      events: [
        {
          id: createId(now),
          threadId: PRIMARY_THREAD,
          createdAt: now,
          body: { type: 'approval.answered', approvalId, runId, toolUseId, name, decision },
        },
      ],
      // If the process is gone, a worker is to go on; one that holds the session hears of it anyway.
      head: { wakeAt: now, needsSlot: true },
    });
    if (result.ok) return requireApproval(context, tenantId, approvalId);
    if (result.conflict === 'gone') throw new ApprovalNotFound();
  }
}

function toDecision(
  { kind, input: asked }: ApprovalRecord,
  { answers, ...decision }: ApprovalAnswer,
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
