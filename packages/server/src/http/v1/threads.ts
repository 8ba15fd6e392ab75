import { z } from 'zod';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import type { Exchange } from '../route.ts';
import { invalid } from './errors.ts';
import { pageFields, pageOf } from './fields.ts';
import { found, requireId } from './ids.ts';
import { Pages, readPage } from './pages.ts';
import { projectPrimaryThread, projectStatus } from './project-session.ts';
import { queryList } from './query.ts';
import { defineV1Route } from './route.ts';
import { sessionStatus, thread, type Thread } from './session-schemas.ts';

const ofSession = z.object({ session_id: z.string() });
const ofThread = ofSession.extend({ thread_id: z.string() });

export const listThreads = defineV1Route({
  name: 'listSessionThreads',
  method: 'GET',
  path: '/v1/sessions/{session_id}/threads',
  summary: 'List the threads of a session: the primary one',
  params: ofSession,
  query: z.strictObject({ ...pageFields, statuses: queryList(sessionStatus) }),
  response: { description: 'A page.', schema: pageOf(thread) },
  handle: async ({ params: { session_id }, query }, { context }) => {
    const view = await requireSession(context, session_id);
    const { statuses } = query;
    const pages = new Pages({ list: 'threads', session: view.session.id, statuses }, 'asc');
    return readPage(
      pages,
      query,
      async (position) => {
        const isListed = !position && (statuses?.includes(projectStatus(view.session)) ?? true);
        return isListed ? [await describeThread(context, view)] : [];
      },
      ({ id }) => id,
    );
  },
});

export const retrieveThread = defineV1Route({
  name: 'retrieveSessionThread',
  method: 'GET',
  path: '/v1/sessions/{session_id}/threads/{thread_id}',
  summary: 'A thread of a session',
  params: ofThread,
  response: { description: 'The thread.', schema: thread },
  handle: async ({ params }, { context }) => describeThread(context, await requireThread(context, params)),
});

export const archiveThread = defineV1Route({
  name: 'archiveSessionThread',
  method: 'POST',
  path: '/v1/sessions/{session_id}/threads/{thread_id}/archive',
  summary: 'Archive a thread, which the primary one cannot be',
  differs: 'There are no other threads than the primary one, which lives as long as its session.',
  params: ofThread,
  response: { description: 'The thread, if its session is archived.', schema: thread },
  handle: async ({ params }, { context }) => {
    const view = await requireThread(context, params);
    if (view.session.archivedAt !== null) return describeThread(context, view);
    throw invalid(
      '',
      `Thread ${params.thread_id} is the primary thread of its session and cannot be archived. Archive the session instead.`,
    );
  },
});

type Context = Exchange['context'];

async function requireSession({ sessions }: Context, text: string): Promise<SessionView> {
  return found('sesn', text, await sessions.find(DEFAULT_TENANT, requireId('sesn', text)));
}

/** The session whose thread was asked for. */
async function requireThread(
  context: Context,
  { session_id, thread_id }: z.output<typeof ofThread>,
): Promise<SessionView> {
  const view = await requireSession(context, session_id);
  const id = requireId('sthr', thread_id);
  return found('sthr', thread_id, id === view.session.id ? view : undefined);
}

async function describeThread({ sessions, clock }: Context, view: SessionView): Promise<Thread> {
  const { run, session } = view;
  const first = run && run.ordinal > 0 ? await sessions.firstRun(session.tenantId, session.id) : run;
  return projectPrimaryThread(view, first ?? null, clock.now());
}
