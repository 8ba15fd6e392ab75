import { Readable } from 'node:stream';
import { z } from 'zod';
import { parseId } from '../../lib/ids.ts';
import { DEFAULT_TENANT, type RunRecord } from '../../store/records.ts';
import type { SessionQuery, SessionView } from '../../store/store.ts';
import type { AppContext } from '../context.ts';
import { ApiError } from '../errors.ts';
import { integer, optional } from '../fields.ts';
import { defineRoute, type Exchange } from '../route.ts';
import { projectListed, statesOf } from './project.ts';
import { errorBody, listedSession, statusName, validationErrorBody, type ListedSession } from './schemas.ts';

const PAGE = 500;
const DEFAULT_LIMIT = 100;

const listQuery = z.object({
  status: optional(statusName),
  limit: optional(integer(1, 1000)).describe('At most so many, newest first; `Link` leads to the next page.'),
  before: z.string().optional().describe('Only sessions older than this one, newest first.'),
});
type ListQuery = z.infer<typeof listQuery>;

export const listSessions = defineRoute({
  name: 'sessions',
  method: 'GET',
  path: '/sessions/',
  summary: 'List the sessions',
  query: listQuery,
  responses: {
    200: {
      description: 'All, oldest first; with `limit` or `before` a page.',
      schema: z.array(listedSession),
    },
    404: { description: '`before` is no session id.', schema: errorBody },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
  },
  handle: ({ query }, exchange) =>
    query.limit === undefined && query.before === undefined
      ? listAll(query, exchange)
      : listPage(query, exchange),
});

async function listPage(
  { status, limit = DEFAULT_LIMIT, before }: ListQuery,
  exchange: Exchange,
): Promise<ListedSession[]> {
  const beyond = before === undefined ? undefined : parseId('sesn', before);
  if (before !== undefined && beyond === undefined) throw new ApiError('session_not_found', { id: before });
  // One more than asked for tells whether there is a next page.
  const views = await exchange.context.sessions.list(DEFAULT_TENANT, {
    limit: limit + 1,
    order: 'newest',
    ...(beyond && { beyond }),
    ...(status && { states: statesOf(status) }),
  });
  const page = views.slice(0, limit);
  const last = page.at(-1);
  if (views.length > limit && last) {
    const next = new URLSearchParams({
      limit: String(limit),
      before: last.session.id,
      ...(status && { status }),
    });
    exchange.reply.header('link', `</sessions/?${next.toString()}>; rel="next"`);
  }
  return describe(page, exchange.context);
}

/** Many sessions are written page by page, as fast as the client reads: memory stays flat. */
async function listAll(
  { status }: ListQuery,
  { context, reply }: Exchange,
): Promise<ListedSession[] | Readable> {
  const query: SessionQuery = {
    limit: PAGE,
    order: 'oldest',
    ...(status && { states: statesOf(status) }),
  };
  const views = await context.sessions.list(DEFAULT_TENANT, query);
  const first = await describe(views, context);
  if (views.length < PAGE) return first;
  reply.type('application/json; charset=utf-8');
  return Readable.from(writeAll(first, query, context), { objectMode: false, highWaterMark: 1 });
}

async function* writeAll(
  first: ListedSession[],
  query: SessionQuery,
  context: AppContext,
): AsyncGenerator<string> {
  yield `[${writeItems(first)}`;
  for (let last = first.at(-1); last;) {
    const views = await context.sessions.list(DEFAULT_TENANT, { ...query, beyond: last.session_id });
    const page = await describe(views, context);
    if (page.length > 0) yield `,${writeItems(page)}`;
    last = page.length < PAGE ? undefined : page.at(-1);
  }
  yield ']';
}

function writeItems(items: ListedSession[]): string {
  return items.map((item) => JSON.stringify(item)).join(',');
}

async function describe(views: SessionView[], { sessions }: AppContext): Promise<ListedSession[]> {
  // A first run is in the view already; only resumed sessions have runs that must be fetched.
  const resumed = views.filter(({ run }) => run !== null && run.ordinal > 0).map(({ session }) => session.id);
  const runs = new Map<string, RunRecord[]>();
  if (resumed.length > 0) {
    for (const run of await sessions.runs(DEFAULT_TENANT, resumed)) {
      const ofSession = runs.get(run.sessionId);
      if (ofSession) ofSession.push(run);
      else runs.set(run.sessionId, [run]);
    }
  }
  return views.map((view) => projectListed(view, runs.get(view.session.id) ?? (view.run ? [view.run] : [])));
}
