import { z } from 'zod';
import { BUILT_IN_VERSION, builtInAgentId } from '../../domain/built-in.ts';
import { parseId } from '../../lib/ids.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionWalk, WalkPosition } from '../../store/session-walk.ts';
import { metadata, pageFields } from './fields.ts';
import { invalidCursor, Pages } from './pages.ts';
import { statesOf } from './project-session.ts';
import { createdAtRange, queryFlag, queryList, toMilliseconds, toSpan } from './query.ts';
import { defineV1Route } from './route.ts';
import { session, sessionStatus } from './session-schemas.ts';
import { showSessions } from './show-sessions.ts';

/** An id, or what follows all that begin with it. */
const BOUNDARY = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}0?$/;

export const listQuery = z
  .strictObject({
    ...pageFields,
    ...createdAtRange,
    order: z.enum(['asc', 'desc']).default('desc').describe('By time of creation.'),
    statuses: queryList(sessionStatus),
    include_archived: queryFlag().describe('Archived sessions are terminated.'),
    agent_id: z.string().optional(),
    agent_version: z.coerce.number().pipe(z.int().min(1)).optional().describe('Of `agent_id`.'),
    metadata: metadata()
      .optional()
      .describe('An extension: `metadata[key]=value`, as often as you like; sessions that have all of them.'),
    deployment_id: z.string().optional().describe('No session has one.'),
    memory_store_id: z.string().optional().describe('No session has one.'),
  })
  .refine((query) => query.agent_version === undefined || query.agent_id !== undefined, {
    path: ['agent_version'],
    message: 'Needs agent_id',
  });
type ListQuery = z.output<typeof listQuery>;

export const listSessions = defineV1Route({
  name: 'listSessions',
  method: 'GET',
  path: '/v1/sessions',
  summary: 'List sessions, newest first, also those that POST /execute/ started',
  differs:
    '`metadata[key]` filters too. A filter that fits few sessions may make a page short, or empty: `next_page` tells.',
  query: listQuery,
  response: {
    description: 'A page.',
    schema: z.object({
      data: z.array(session),
      next_page: z.string().nullable().describe('Null on the last page.'),
      prev_page: z.string().nullable().describe('Null on the first page.'),
    }),
  },
  handle: async ({ query }, { context }) => {
    const { page, limit: _, order, ...filters } = query;
    const pages = new Pages({ list: 'sessions', tenant: DEFAULT_TENANT, ...filters }, order);
    const from = toPosition(pages, page);
    const walk = toWalk(query);
    if (!walk) return { data: [], next_page: null, prev_page: null };
    const { sessions, further } = await context.sessions.walk(DEFAULT_TENANT, { ...walk, from });
    const write = (direction: WalkPosition['direction'], boundary: string | undefined): string | null =>
      boundary === undefined ? null : pages.write({ key: boundary, direction });
    const isBack = from?.direction === 'prev';
    return {
      data: await showSessions(sessions, context),
      // On the way back the page that we come from is the next one.
      next_page: write('next', isBack ? from.boundary : further),
      prev_page: write('prev', isBack ? further : from?.boundary),
    };
  },
});

function toPosition(pages: Pages, page: string | undefined): WalkPosition | undefined {
  const position = pages.read(page);
  if (!position) return undefined;
  if (!BOUNDARY.test(position.key)) throw invalidCursor();
  return { boundary: position.key, direction: position.direction };
}

/** Undefined: no session can be asked for like that. */
function toWalk(query: ListQuery): Omit<SessionWalk, 'from'> | undefined {
  if (query.deployment_id !== undefined || query.memory_store_id !== undefined) return undefined;
  const agent = toAgent(query);
  if (!agent) return undefined;
  const { statuses, include_archived } = query;
  return {
    order: query.order === 'desc' ? 'newest' : 'oldest',
    limit: query.limit,
    created: toMilliseconds(toSpan(query)),
    states: statuses && statesOf(statuses),
    archived: include_archived && (statuses?.includes('terminated') ?? true),
    metadata: Object.entries(query.metadata ?? {}),
    ...agent,
  };
}

/** Of `/execute/` come the sessions without an agent: what they show is built in. */
function toAgent({
  agent_id: text,
  agent_version: version,
}: ListQuery): Pick<SessionWalk, 'agentId' | 'agentVersion'> | undefined {
  if (text === undefined) return {};
  const agentId = parseId('agent', text);
  if (agentId === undefined) return undefined;
  if (agentId !== builtInAgentId(DEFAULT_TENANT)) return { agentId, agentVersion: version };
  return version === undefined || version === BUILT_IN_VERSION ? { agentId: null } : undefined;
}
