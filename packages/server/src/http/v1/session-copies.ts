import { Readable } from 'node:stream';
import { z } from 'zod';
import { findAgent } from '../../agents/find-agent.ts';
import { AgentArchived } from '../../agents/errors.ts';
import { resolveAgent } from '../../agents/resolve-agent.ts';
import { requireOpenEnvironment } from '../../environments/find-environment.ts';
import type { ForkFault } from '../../domain/fork-point.ts';
import { parseId } from '../../lib/ids.ts';
import { ForkPointRefused } from '../../sessions/errors.ts';
import type { CreatedSession } from '../../sessions/create-managed.ts';
import { DEFAULT_TENANT, type SessionRecord } from '../../store/records.ts';
import { admitWork } from '../admit.ts';
import { whileConnected } from '../exchange-signal.ts';
import type { AppContext } from '../context.ts';
import { clientOf } from './client.ts';
import { invalid } from './errors.ts';
import { metadata } from './fields.ts';
import { onResources } from './file-errors.ts';
import { publicId, requireId } from './ids.ts';
import { onSelectedAgent } from './on-agent.ts';
import { onEnvironment } from './on-environment.ts';
import { onSession, requireView } from './on-session.ts';
import { onSessionChange, withBudgetErrors } from './on-session-change.ts';
import { projectSession } from './project-session.ts';
import { defineV1Route } from './route.ts';
import { budgetField, titleField } from './session-fields.ts';
import { session, type Session } from './session-schemas.ts';
import { parseTranscript, writeTranscript } from './transcript-lines.ts';

// Sessions that begin with what another one remembers. Extensions: the hosted API has nothing like that.

const params = z.object({ session_id: z.string() });

export const forkSession = defineV1Route({
  name: 'forkSession',
  method: 'POST',
  path: '/v1/sessions/{session_id}/fork',
  summary:
    'Make a session that goes on from where another one is, with a copy of its conversation and its files',
  differs: 'An extension.',
  once: true,
  params,
  body: z
    .strictObject({
      event_id: z
        .string()
        .optional()
        .describe(
          'Of an agent.message: the last that is remembered. Of a user.message: the first that is not. Absent: all is remembered.',
        ),
      title: titleField.nullish().describe('Absent: as there, with a mark that it is a fork.'),
      metadata: metadata().optional(),
      budget: budgetField.nullable().optional(),
    })
    .meta({ id: 'SessionFork' }),
  response: { description: 'The new session, at rest. It has no events yet.', schema: session },
  handle: ({ params: { session_id }, body }, exchange) =>
    onSessionChange(session_id, 'fork', (id) =>
      whileConnected(exchange, async ({ signal }) => {
        const { context, remember } = exchange;
        admitWork(context);
        const { session: source } = await requireView(session_id, id, exchange);
        await checkOpen(source, context);
        const { event_id, ...changes } = body;
        const created = await onEvent(event_id ?? '', () =>
          onResources(
            () => '',
            () =>
              context.sessions.fork(
                DEFAULT_TENANT,
                id,
                {
                  ...changes,
                  ...(event_id !== undefined && { eventId: requireEvent(event_id) }),
                  copyResources: (to) => context.files.copyResources(DEFAULT_TENANT, { from: id, to }),
                  idempotency: (record) => remember(projectNew(record)),
                },
                signal,
              ),
          ),
        );
        return projectNew(created);
      }),
    ),
});

export const exportTranscript = defineV1Route({
  name: 'exportTranscript',
  method: 'GET',
  path: '/v1/sessions/{session_id}/transcript',
  summary: 'What the agent of a session remembers, as lines of JSON',
  differs: 'An extension.',
  params,
  response: {
    description: 'A line about the session, and one for each entry. Can be imported.',
    contentType: 'application/jsonl',
  },
  handle: ({ params: { session_id } }, exchange) =>
    onSession(session_id, async (id) => {
      const view = await requireView(session_id, id, exchange);
      exchange.reply.type('application/jsonl; charset=utf-8');
      return Readable.from(writeTranscript(view, exchange.context.sessions.transcript(view)));
    }),
});

export const importSession = defineV1Route({
  name: 'importSession',
  method: 'POST',
  path: '/v1/sessions/import',
  summary: 'Make a session whose agent remembers a transcript',
  differs: 'An extension.',
  once: true,
  takesLines: true,
  query: z.strictObject({
    agent: z.string().describe('Its id.'),
    environment_id: z.string(),
    title: titleField.optional().describe('Absent: the one in the transcript.'),
  }),
  body: z.string().describe('As GET /v1/sessions/{session_id}/transcript gives it, up to 32 MB.'),
  response: { description: 'The session, at rest. It has no events yet.', schema: session },
  handle: async ({ query, body }, { context, request, remember }) => {
    admitWork(context);
    const transcript = parseTranscript(body, context.config);
    const agent = await onSelectedAgent(query.agent, 'agent', () =>
      resolveAgent(context.store, DEFAULT_TENANT, { id: requireId('agent', query.agent) }),
    );
    const environment = await onEnvironment(query.environment_id, (id) =>
      requireOpenEnvironment(context.store, DEFAULT_TENANT, id),
    );
    const created = await withBudgetErrors(() =>
      context.sessions.create(DEFAULT_TENANT, {
        agent,
        environmentId: environment.id,
        title: query.title ?? transcript.title ?? null,
        metadata: transcript.metadata ?? {},
        budget: null,
        prepareResources: async () => ({ resources: [], home: undefined }),
        transcript: transcript.toParts,
        events: [],
        sentBy: clientOf(request),
        idempotency: (record) => remember(projectNew(record)),
      }),
    );
    return projectNew(created);
  },
});

async function onEvent<T>(eventId: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ForkPointRefused) throw invalid('event_id', toWords(eventId, error.fault));
    throw error;
  }
}

function requireEvent(text: string): string {
  const id = parseId('sevt', text);
  if (id === undefined) throw new ForkPointRefused('unknown');
  return id;
}

/** What speaks against a fork at an event, in the words of the client. */
function toWords(eventId: string, fault: ForkFault): string {
  switch (fault) {
    case 'unknown':
      return `There is no event ${eventId} in this session.`;
    case 'no_message':
      return `Event ${eventId} is no message of the main conversation. Fork at an agent.message or a user.message.`;
    case 'not_remembered':
      return `The agent does not remember event ${eventId}: it is being recorded just now, or it was cut off before. Try again in a moment, or fork at another message.`;
    case 'between_calls':
      return `At event ${eventId} calls of the agent have no result yet, and it could not go on from there. Fork at another message.`;
  }
}

/** A fork is a new session: what takes no new ones takes no forks. */
async function checkOpen(
  { tenantId, agentId, environmentId }: SessionRecord,
  { store }: Pick<AppContext, 'store'>,
): Promise<void> {
  if (agentId !== null) {
    await onSelectedAgent(publicId('agent', agentId), '', async () => {
      const agent = await findAgent(store, tenantId, { id: agentId });
      if (agent.archivedAt !== null) throw new AgentArchived();
    });
  }
  if (environmentId !== null) {
    await onEnvironment(publicId('env', environmentId), (id) => requireOpenEnvironment(store, tenantId, id));
  }
}

/** At the moment in which it was made. */
function projectNew(created: CreatedSession): Session {
  return projectSession(created, created.resources, created.session.createdAt);
}
