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
} from './schemas.ts';

const MAX_WAIT_SECONDS = 60;
const PAGE = 500;
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
      const session = found(params.session_id, await context.sessions.find(DEFAULT_TENANT, id));
      return {
        ...(await readStatus(session, context)),
        messages: await readMessages(session, query.from ?? 0, context),
        process: await readProcess(id, context),
      };
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

/** The messages that the view counts: a later one would make `message_count` and `messages` disagree. */
async function readMessages(
  { session, head }: SessionView,
  from: number,
  { sessions }: AppContext,
): Promise<Message[]> {
  const messages: Message[] = [];
  let next = from;
  while (next < head.messageCount) {
    const page = await sessions.messages(
      DEFAULT_TENANT,
      session.id,
      next,
      Math.min(PAGE, head.messageCount - next),
    );
    if (page.length === 0) break;
    messages.push(...page.flatMap((event) => projectMessage(event) ?? []));
    next += page.length;
  }
  return messages;
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
