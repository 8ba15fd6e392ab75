import { Readable } from 'node:stream';
import { z } from 'zod';
import type { SessionView } from '../../store/store.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { AppContext } from '../context.ts';
import { whileConnected } from '../exchange-signal.ts';
import { integer, number, optional } from '../fields.ts';
import { defineRoute, type Exchange } from '../route.ts';
import { SECOND } from '../../lib/duration.ts';
import { found, onSession } from './on-session.ts';
import { isFinal, projectMessage, projectStatus } from './project.ts';
import {
  errorBody,
  sessionParams,
  statusWithMessages,
  validationErrorBody,
  type Message,
  type StatusWithMessages,
} from './schemas.ts';

const MAX_WAIT_SECONDS = 60;
/** Messages that are read at once: as many as make a page of this size, going by the page before. */
const PAGE_CHARACTERS = 2 ** 20;
const FIRST_PAGE = 32;
const LARGEST_PAGE = 500;
/** A run asks for few things at once. */
const MAX_APPROVALS = 100;

export const status = defineRoute({
  name: 'status',
  method: 'GET',
  path: '/status/{session_id}',
  summary: 'The state, messages, result and cost of a session',
  params: sessionParams,
  query: z.object({
    from: optional(integer(0)).describe('Only messages from this index on.'),
    wait: optional(number((schema) => schema.min(0).max(MAX_WAIT_SECONDS))).describe(
      'Answer as soon as the status is final, or after so many seconds.',
    ),
  }),
  responses: {
    200: { description: 'The session as it is now.', schema: statusWithMessages },
    404: { description: 'No such session.', schema: errorBody },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
  },
  handle: ({ params, query }, exchange) =>
    onSession(params.session_id, async (id) => {
      const { context } = exchange;
      if (query.wait) await waitUntilFinal(id, query.wait, exchange);
      const view = found(params.session_id, await context.sessions.find(DEFAULT_TENANT, id));
      return answer(view, query.from ?? 0, exchange);
    }),
});

/** The status object of this session, without its messages. */
export async function readStatus(
  view: SessionView,
  { sessions, clock }: Pick<AppContext, 'sessions' | 'clock'>,
): Promise<ReturnType<typeof projectStatus>> {
  const { run } = view;
  // Only a run without a result makes us look at the earlier ones.
  const runs =
    run === null || run.result || run.ordinal === 0
      ? [run].filter((one) => one !== null)
      : await sessions.runs(DEFAULT_TENANT, [view.session.id]);
  const open =
    view.session.state === 'waiting'
      ? await sessions.approvals(DEFAULT_TENANT, {
          sessionId: view.session.id,
          states: ['open'],
          limit: MAX_APPROVALS,
        })
      : [];
  return projectStatus(view, runs, open, clock.now());
}

async function readProcess(id: string, { usageOf }: AppContext) {
  const process = await usageOf(id);
  if (!process) return null;
  const { pid, rssBytes, cpuSeconds, processes } = process;
  return { pid, rss_bytes: rssBytes, cpu_seconds: cpuSeconds, processes };
}

/** All but the messages. */
type Summary = Omit<StatusWithMessages, 'messages'>;

/** Many messages are written page by page, as fast as the client reads: memory stays flat. */
async function answer(
  view: SessionView,
  from: number,
  { context, reply }: Exchange,
): Promise<StatusWithMessages | Readable> {
  const summary = {
    ...(await readStatus(view, context)),
    process: await readProcess(view.session.id, context),
  };
  const first = await readPage(view, from, FIRST_PAGE, context);
  if (from + first.length >= view.head.messageCount) return { ...summary, messages: first };
  reply.type('application/json; charset=utf-8');
  return Readable.from(writeAll(summary, view, from, first, context), {
    objectMode: false,
    highWaterMark: 1,
  });
}

async function* writeAll(
  summary: Summary,
  view: SessionView,
  from: number,
  first: Message[],
  context: AppContext,
): AsyncGenerator<string> {
  yield `${JSON.stringify(summary).slice(0, -1)},"messages":[`;
  let next = from;
  for (let page = first; page.length > 0;) {
    const text = page.map((message) => JSON.stringify(message)).join(',');
    yield next > from ? `,${text}` : text;
    next += page.length;
    const fitting = Math.floor((page.length * PAGE_CHARACTERS) / text.length);
    page = await readPage(view, next, Math.max(1, Math.min(LARGEST_PAGE, fitting)), context);
  }
  yield ']}';
}

/** Only messages that the view counts: a later one would make `message_count` and `messages` disagree. */
async function readPage(
  { session, head }: SessionView,
  from: number,
  limit: number,
  { sessions }: AppContext,
): Promise<Message[]> {
  const counted = Math.min(limit, head.messageCount - from);
  if (counted <= 0) return [];
  const events = await sessions.messages(DEFAULT_TENANT, session.id, from, counted);
  return events.flatMap((event) => projectMessage(event, session.id) ?? []);
}

/** Resolves when the status is final, the time is up, the client is gone or the server stops. */
async function waitUntilFinal(id: string, seconds: number, exchange: Exchange): Promise<void> {
  await whileConnected(exchange, async (controller) => {
    const timer = setTimeout(() => controller.abort(), seconds * SECOND);
    try {
      await exchange.context.sessions.wait(DEFAULT_TENANT, id, isFinal, controller.signal);
    } finally {
      clearTimeout(timer);
    }
  });
}
