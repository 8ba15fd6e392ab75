import { z } from 'zod';
import type { ApprovalState } from '../../domain/approval.ts';
import { parseId } from '../../lib/ids.ts';
import { ApprovalClosed, ApprovalNotFound, NeedsResult, NotAQuestion } from '../../sessions/errors.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { nameKey } from '../auth.ts';
import { ApiError } from '../errors.ts';
import { flag, integer, optional, optionalText, text } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { projectApproval } from './project-approval.ts';
import { approval, errorBody, validationErrorBody } from './schemas.ts';

const STATES = ['open', 'allowed', 'denied', 'expired'] as const satisfies ApprovalState[];
const DEFAULT_LIMIT = 100;

export const listApprovals = defineRoute({
  name: 'approvals',
  method: 'GET',
  path: '/approvals',
  summary: 'Tool calls that wait for a person, over all sessions',
  keyed: true,
  query: z.object({
    status: optional(z.enum([...STATES, 'all'])).describe('Default: open.'),
    session_id: optionalText().describe('Only those of this session.'),
    limit: optional(integer(1, 1000)).describe('Default: 100.'),
    after: optionalText().describe('Only those after the approval with this id, in the order of the list.'),
    order: optional(z.enum(['asc', 'desc'])).describe('asc: oldest first, the default; desc: newest first.'),
  }),
  responses: {
    200: { description: 'The calls.', schema: z.array(approval) },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
  },
  handle: async ({ query }, { context }) => {
    const { status = 'open', session_id: session, limit = DEFAULT_LIMIT, after, order } = query;
    const sessionId = session === undefined ? undefined : parseId('sesn', session);
    if (session !== undefined && sessionId === undefined) return [];
    const found = await context.sessions.approvals(DEFAULT_TENANT, {
      limit,
      ...(status !== 'all' && { states: [status] }),
      ...(sessionId !== undefined && { sessionId }),
      ...(after !== undefined && { after }),
      ...(order !== undefined && { order }),
    });
    return found.map(projectApproval);
  },
});

export const answerApproval = defineRoute({
  name: 'answerApproval',
  method: 'POST',
  path: '/approvals/{approval_id}',
  summary: 'Allow or deny a tool call that waits, or answer a question of the agent',
  keyed: true,
  once: true,
  params: z.object({ approval_id: z.string() }),
  body: z
    .object({
      decision: z.enum(['allow', 'deny']),
      message: optionalText().describe('To the agent, with a denial: why, and what to do instead.'),
      input: optional(z.record(z.string(), z.unknown())).describe(
        'What the tool runs with instead of what the agent asked for: the whole input.',
      ),
      answers: optional(z.record(z.string(), text())).describe(
        'To a question of the agent: the text of each question, and what was chosen or written.',
      ),
      remember: optional(flag()).describe(
        'Allow the `rules` of the approval for the rest of the session, so that such calls do not ask again.',
      ),
      by: optionalText().describe('Who decided, if the key does not say it.'),
    })
    .meta({ id: 'Answer' }),
  responses: {
    200: { description: 'Decided. The agent goes on.', schema: approval },
    400: { description: 'Answers to what is no question, or a call that needs a result.', schema: errorBody },
    404: { description: 'No such approval.', schema: errorBody },
    409: { description: 'Somebody was first (the text says who), or the call has ended.', schema: errorBody },
    422: { description: 'The body does not fit the schema.', schema: validationErrorBody },
  },
  handle: async ({ params, body }, { context, request, remember }) => {
    const id = params.approval_id;
    const { sessions } = context;
    const key = nameKey(request.headers);
    try {
      const approvalId = parseId('appr', id);
      if (approvalId === undefined) throw new ApprovalNotFound();
      const answered = await sessions.answer(DEFAULT_TENANT, approvalId, {
        behavior: body.decision,
        by: body.by === undefined ? key : `${body.by} (${key})`,
        message: body.message,
        input: body.input,
        remember: body.remember ?? false,
        answers: body.answers,
        idempotency: (record) => remember(projectApproval(record)),
      });
      return projectApproval(answered);
    } catch (error) {
      if (error instanceof NeedsResult) throw new ApiError('approval_needs_result', { id });
      if (error instanceof NotAQuestion) throw new ApiError('answers_without_questions', { id });
      if (error instanceof ApprovalNotFound) throw new ApiError('approval_not_found', { id });
      if (!(error instanceof ApprovalClosed)) throw error;
      const { state, decision, closedAt } = error.approval;
      if (!decision) throw new ApiError('approval_expired', { id });
      const at = new Date(closedAt ?? 0).toISOString();
      throw new ApiError('approval_answered', { id, state, by: decision.by, at });
    }
  },
});
