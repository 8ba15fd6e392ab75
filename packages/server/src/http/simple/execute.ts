import { z } from 'zod';
import type { RunRequest } from '../../sessions/sessions.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { admitWork } from '../admit.ts';
import { defineRoute, type Exchange } from '../route.ts';
import { checkCwd, checkEnv, checkPermissionMode, checkSettingSources } from './checks.ts';
import { executeBody, toRunRequest, type ExecuteBody } from './execute-body.ts';
import { onResumedSession } from './on-session.ts';
import { change, errorBody, validationErrorBody } from './schemas.ts';

interface Started {
  session_id: string;
  status: 'pending';
  message: string;
}

export const execute = defineRoute({
  name: 'execute',
  method: 'POST',
  path: '/execute/',
  summary: 'Start a session, or resume one',
  once: true,
  body: executeBody,
  headers: z.object({
    traceparent: z.string().optional().describe('W3C Trace Context: the span of the run goes under it.'),
  }),
  responses: {
    200: { description: 'Accepted; the answer does not wait for the agent.', schema: change },
    400: {
      description: 'The session cannot be resumed, or the options cannot be used here.',
      schema: errorBody,
    },
    409: { description: 'The Idempotency-Key was used for another request.', schema: errorBody },
    422: { description: 'The body does not fit the schema.', schema: validationErrorBody },
    503: {
      description: 'No room for more work at the moment; `Retry-After` says when to try again.',
      schema: errorBody,
    },
  },
  handle: ({ body, headers }, exchange) => {
    const { context } = exchange;
    admitWork(context);
    checkEnv(body.env, context);
    checkPermissionMode(body.permission_mode, context);
    const { defaultOnAsk } = context.config;
    const request = toRunRequest(body, { defaultOnAsk, traceParent: headers.traceparent });
    return body.resume_session_id === undefined
      ? start(body, request, exchange)
      : resume(body, body.resume_session_id, request, exchange);
  },
});

async function start(
  body: ExecuteBody,
  request: RunRequest,
  { context, remember }: Exchange,
): Promise<Started> {
  const cwd = await checkCwd(body.cwd, context);
  checkSettingSources(body.setting_sources, cwd, context);
  const id = await context.sessions.start(DEFAULT_TENANT, {
    ...request,
    origin: 'execute',
    cwd,
    title: body.title,
    metadata: body.metadata,
    idempotency: (sessionId) => remember(started(sessionId)),
  });
  return started(id);
}

function started(id: string): Started {
  return { session_id: id, status: 'pending', message: `Session ${id} started successfully` };
}

async function resume(
  body: ExecuteBody,
  id: string,
  request: RunRequest,
  { context, remember }: Exchange,
): Promise<Started> {
  return onResumedSession(id, async (sessionId) => {
    const cwd = await checkCwd(body.cwd, context);
    if (body.setting_sources) {
      const view = await context.sessions.find(DEFAULT_TENANT, sessionId);
      checkSettingSources(body.setting_sources, view?.session.workspace.ref, context);
    }
    const answer: Started = {
      session_id: sessionId,
      status: 'pending',
      message: `Session ${id} resumed successfully`,
    };
    await context.sessions.resume(DEFAULT_TENANT, sessionId, {
      ...request,
      cwd,
      idempotency: remember(answer),
    });
    return answer;
  });
}
