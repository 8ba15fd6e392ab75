import { z } from 'zod';
import { createId } from '../../lib/ids.ts';
import type { ClientInput } from '../../sessions/client-events.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { FastifyRequest } from 'fastify';
import { hasKey, nameKey } from '../auth.ts';
import type { AppContext } from '../context.ts';
import type { Exchange } from '../route.ts';
import { checkFiles } from './check-files.ts';
import { clientOf } from './client.ts';
import { invalid, V1Error } from './errors.ts';
import { clientEvent, DEFAULT_ITERATIONS } from './event-schemas.ts';
import { sessionEvent, sentEvents } from './event-documents.ts';
import { primaryThreadId, publicId, requireId } from './ids.ts';
import { includeField, nameIncluded, toIncluded } from './include.ts';
import { onSession, requireView } from './on-session.ts';
import { Pages, readPage } from './pages.ts';
import { createdAtRange, pageLimit, queryList, toSpan } from './query.ts';
import { findPlace, readEvents, type Place } from './read-events.ts';
import { defineV1Route } from './route.ts';
import { readRubrics, type CompleteEvent } from './rubrics.ts';
import { threadNamesOf } from './thread-names.ts';
import { formatMicros } from './time.ts';

export const sessionParams = z.object({ session_id: z.string() });

const MAX_PAGE = 1000;

export const eventQuery = {
  limit: pageLimit(MAX_PAGE, MAX_PAGE),
  page: z.string().optional(),
  include: includeField,
};

export const listEvents = defineV1Route({
  name: 'list_session_events',
  method: 'GET',
  path: '/v1/sessions/{session_id}/events',
  summary: 'List the events of a session',
  params: sessionParams,
  query: z.strictObject({
    ...eventQuery,
    order: z.enum(['asc', 'desc']).default('asc'),
    types: queryList(z.string()).describe('Only events of these types.'),
    ...createdAtRange,
  }),
  response: {
    description: 'A page of events, in the order in which they were processed.',
    schema: z.object({ data: z.array(sessionEvent), next_page: z.string().nullable() }),
  },
  handle: ({ params, query }, exchange) =>
    onSession(params.session_id, (sessionId) => list(params.session_id, sessionId, query, exchange)),
});

interface ListQuery {
  limit: number;
  page?: string | undefined;
  order: 'asc' | 'desc';
  types?: string[] | undefined;
  include?: Parameters<typeof toIncluded>[0];
}

/** Also of a thread: a session has one. */
export async function list(
  id: string,
  sessionId: string,
  query: ListQuery & Parameters<typeof toSpan>[0],
  exchange: Exchange,
): Promise<object> {
  const { order, types, page, limit } = query;
  const view = await requireView(id, sessionId, exchange);
  const thread = threadNamesOf(view.session);
  const span = toSpan(query);
  const included = toIncluded(query.include);
  const filters = {
    list: 'events',
    sessionId,
    types: types?.toSorted(),
    span,
    include: nameIncluded(included),
  };
  const pages = new Pages(filters, order);
  const { data, next_page } = await readPage(
    pages,
    { page, limit },
    (position, most) =>
      readEvents(exchange.context, sessionId, thread, {
        order,
        beyond: position && parsePlace(position.key),
        types: types && new Set(types),
        span,
        included,
        limit: most,
      }),
    ({ seq, index }) => `${seq}.${index}`,
  );
  const end = data.findLast(({ event }) => event.type === 'session.status_idle');
  if (end)
    await exchange.context.sessions.noteSeen(DEFAULT_TENANT, sessionId, clientOf(exchange.request), end.seq);
  return { data: data.map(({ event }) => event), next_page };
}

function parsePlace(key: string): Place {
  const [seq = '', index = ''] = key.split('.');
  return { seq: Number(seq), index: Number(index) };
}

export const sendEvents = defineV1Route({
  name: 'send_session_events',
  method: 'POST',
  path: '/v1/sessions/{session_id}/events',
  summary: 'Send events to a session, all of them or none',
  once: true,
  params: sessionParams,
  body: z.strictObject({ events: z.array(clientEvent).min(1).max(100) }),
  response: { description: 'The events as they were taken, with their ids.', schema: sentEvents },
  handle: ({ params, body }, exchange) =>
    onSession(params.session_id, async (sessionId) => {
      const { context, request, remember } = exchange;
      if (!context.isReady())
        throw new V1Error('overloaded_error', 'The server is stopping. Try again in a moment.');
      if (body.events.some(({ type }) => type === 'user.tool_confirmation'))
        checkMayConfirm(request, context);
      await checkFiles(exchange, body.events, 'events');
      const now = context.clock.now();
      const by = nameKey(request.headers);
      const events = await readRubrics(body.events, 'events', context);
      const sent = events.map((event, index) => {
        const path = `events.${index}`;
        return readEvent(event, { path, sessionId, by, id: createId(now), now });
      });
      const answer = { data: sent.map(({ echo }) => echo) };
      await context.sessions.send(DEFAULT_TENANT, sessionId, {
        inputs: sent.map(({ input }) => input),
        sentBy: clientOf(request),
        idempotency: remember(answer),
      });
      return answer;
    }),
});

/** An agent of this machine can reach a server without keys: it must not answer for a person. */
function checkMayConfirm({ headers }: Pick<FastifyRequest, 'headers'>, { approvalKeys }: AppContext): void {
  if (hasKey(headers, approvalKeys)) return;
  throw new V1Error(
    'permission_error',
    'A user.tool_confirmation needs a key, also on this machine, so that an agent cannot answer for a person: use one of ' +
      'BULLPEN_API_KEYS, or without them the key in the file approval-key of the data directory, as the API key.',
  );
}

interface Receipt {
  /** Of the event in the request. */
  path: string;
  sessionId: string;
  /** Who decides, as far as is known. */
  by: string;
  id: string;
  now: number;
}

/** An event as the core takes it, and as the client hears it back. */
export function readEvent(
  event: CompleteEvent,
  { path, sessionId, by, id, now }: Receipt,
): { input: ClientInput; echo: Record<string, unknown> } {
  const echo = { ...event, id: publicId('sevt', id), processed_at: null };
  const receivedAt = formatMicros(now * 1000);
  switch (event.type) {
    case 'user.message':
      return { input: { kind: 'message', id, content: event.content }, echo };
    case 'user.interrupt': {
      const thread = event.session_thread_id;
      if (thread != null && thread !== primaryThreadId(sessionId)) requireThread(thread, sessionId);
      return { input: { kind: 'interrupt', id }, echo: { ...echo, session_thread_id: thread ?? null } };
    }
    case 'user.tool_confirmation': {
      const { tool_use_id: callId, result: behavior, deny_message: message } = event;
      const decision = { behavior, by, message: message ?? undefined, remember: false };
      return {
        input: { kind: 'confirmation', id, callId: requireCall(callId, `${path}.tool_use_id`), decision },
        echo: { ...echo, deny_message: message ?? null, session_thread_id: null },
      };
    }
    case 'user.custom_tool_result': {
      const { custom_tool_use_id: callId, content, is_error: isError } = event;
      const decision = {
        behavior: 'allow' as const,
        by,
        remember: false,
        result: { content, isError: isError ?? false },
      };
      return {
        input: {
          kind: 'custom_result',
          id,
          callId: requireCall(callId, `${path}.custom_tool_use_id`),
          decision,
        },
        echo: { ...echo, is_error: isError ?? false, processed_at: receivedAt, session_thread_id: null },
      };
    }
    case 'user.define_outcome': {
      const { description, rubric, max_iterations: max } = event;
      const outcome = { id: createId(now), description, rubric, maxIterations: max ?? DEFAULT_ITERATIONS };
      return {
        input: { kind: 'outcome', id, outcome },
        echo: {
          ...echo,
          outcome_id: publicId('outc', outcome.id),
          max_iterations: outcome.maxIterations,
          processed_at: receivedAt,
        },
      };
    }
    case 'user.tool_result':
      throw invalid(
        `${path}.type`,
        'user.tool_result is for environments whose tools the client runs (self_hosted), which this server does not have',
      );
    case 'system.message':
      throw invalid(
        `${path}.type`,
        'The model does not take system messages in the middle of a conversation',
        {
          code: 'model_does_not_support_mid_conversation_system',
        },
      );
  }
}

function requireCall(text: string, path: string): string {
  try {
    return requireId('sevt', text);
  } catch {
    throw invalid(path, `There is no event ${text} of this session that waits for an answer.`);
  }
}

/** A session has the primary thread only. */
export function requireThread(text: string, sessionId: string): void {
  if (requireId('sthr', text) === sessionId) return;
  throw new V1Error('not_found_error', `Session thread ${text} not found.`);
}

/** The place of an event that a client has, by its id. */
export async function requirePlace(
  eventId: string,
  path: string,
  sessionId: string,
  thread: ReturnType<typeof threadNamesOf>,
  { context }: Exchange,
): Promise<Place> {
  const place = await findPlace(context, sessionId, thread, eventId);
  if (!place) throw invalid(path, `There is no event ${eventId} in this session.`);
  return place;
}
