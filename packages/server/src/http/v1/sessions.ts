import { z } from 'zod';
import { changeConfig } from '../../agents/change.ts';
import { resolveAgent } from '../../agents/resolve-agent.ts';
import { requireOpenEnvironment } from '../../environments/find-environment.ts';
import { createId } from '../../lib/ids.ts';
import { isWork, type WorkInput } from '../../sessions/client-events.ts';
import type { CreatedSession } from '../../sessions/create-managed.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { admitWork } from '../admit.ts';
import { whileConnected } from '../exchange-signal.ts';
import { checkServersAllowed } from './agent-fields.ts';
import { agentSelectionField, sessionAgentUpdateField, toAgentSelection } from './agent-selection.ts';
import { checkFiles } from './check-files.ts';
import { clientOf } from './client.ts';
import { readEvent } from './events.ts';
import { metadata, metadataPatch } from './fields.ts';
import { publicId } from './ids.ts';
import { onSelectedAgent } from './on-agent.ts';
import { onEnvironment } from './on-environment.ts';
import { onResources } from './file-errors.ts';
import { onSession, requireView } from './on-session.ts';
import { onSessionChange, withBudgetErrors } from './on-session-change.ts';
import { projectSession } from './project-session.ts';
import { directoryOf, resolveDirectories } from './local-directory.ts';
import { resourcesField, toResourceRequest } from './resource-schemas.ts';
import { defineV1Route } from './route.ts';
import { readRubrics, type CompleteEvent } from './rubrics.ts';
import { budgetField, initialEventsField, titleField, vaultIdsField } from './session-fields.ts';
import { session, type Session } from './session-schemas.ts';
import { showSession } from './show-sessions.ts';

const params = z.object({ session_id: z.string() });

export const createBody = z
  .strictObject({
    agent: agentSelectionField,
    environment_id: z.string(),
    title: titleField.nullish(),
    metadata: metadata().optional(),
    budget: budgetField.optional(),
    initial_events: initialEventsField.optional(),
    resources: resourcesField.optional(),
    vault_ids: vaultIdsField.optional(),
  })
  .meta({ id: 'SessionCreate' });

export const updateBody = z
  .strictObject({
    title: titleField.nullish(),
    metadata: metadataPatch().nullish(),
    agent: sessionAgentUpdateField
      .optional()
      .describe('From the next turn on. Lists are replaced as a whole.'),
    budget: budgetField
      .nullable()
      .optional()
      .describe('Higher than the cost so far; null removes it for good.'),
    vault_ids: vaultIdsField.optional(),
  })
  .meta({ id: 'SessionUpdate' });

export const deletedSession = z
  .object({ id: z.string(), type: z.literal('session_deleted') })
  .meta({ id: 'SessionDeleted' });

export const createSession = defineV1Route({
  name: 'createSession',
  method: 'POST',
  path: '/v1/sessions',
  summary: 'Create a session, at rest or with its first events',
  differs:
    '`vault_ids` and `memory_store` resources are refused; there are `local_directory` resources. Files and repositories need bubblewrap.',
  once: true,
  body: createBody,
  response: { description: 'The session. With initial events it is running.', schema: session },
  handle: async ({ body }, exchange) => {
    const { context, request, remember } = exchange;
    admitWork(context);
    const agentId = typeof body.agent === 'string' ? body.agent : body.agent.id;
    const agent = await onSelectedAgent(agentId, 'agent', () => {
      const selection = toAgentSelection(body.agent);
      checkServersAllowed(selection.overrides?.mcp_servers, context, 'agent.mcp_servers');
      return resolveAgent(context.store, DEFAULT_TENANT, selection);
    });
    const environment = await onEnvironment(body.environment_id, (id) =>
      requireOpenEnvironment(context.store, DEFAULT_TENANT, id),
    );
    await checkFiles(exchange, body.initial_events ?? [], 'initial_events');
    const requests = await resolveDirectories((body.resources ?? []).map(toResourceRequest), context);
    const events = await readRubrics(body.initial_events ?? [], 'initial_events', context);
    const create = () =>
      context.sessions.create(DEFAULT_TENANT, {
        agent,
        environmentId: environment.id,
        title: body.title ?? null,
        metadata: body.metadata ?? {},
        budget: body.budget ?? null,
        directory: directoryOf(requests),
        prepareResources: (id) =>
          onResources(
            (index) => `resources.${index}`,
            () => context.files.prepareResources(DEFAULT_TENANT, id, requests),
          ),
        events: readInitialEvents(events, context.clock.now()),
        sentBy: clientOf(request),
        idempotency: (record) => remember(projectNew(record)),
      });
    const created = await onSelectedAgent(agentId, 'agent', () => withBudgetErrors(create));
    return projectNew(created);
  },
});

export const retrieveSession = defineV1Route({
  name: 'retrieveSession',
  method: 'GET',
  path: '/v1/sessions/{session_id}',
  summary: 'A session',
  params,
  response: { description: 'The session.', schema: session },
  handle: ({ params: { session_id } }, exchange) =>
    onSession(session_id, async (id) => {
      const { sessions } = exchange.context;
      const view = await requireView(session_id, id, exchange);
      const shown = await showSession(view, exchange.context);
      // It is not told the work that it asked for once more.
      if (shown.status === 'idle')
        await sessions.noteSeen(DEFAULT_TENANT, id, clientOf(exchange.request), view.head.lastSeq);
      return shown;
    }),
});

export const updateSession = defineV1Route({
  name: 'updateSession',
  method: 'POST',
  path: '/v1/sessions/{session_id}',
  summary: 'Change a session',
  params,
  body: updateBody,
  response: { description: 'The session as it is now.', schema: session },
  handle: ({ params: { session_id }, body }, { context }) => {
    const { agent, title, budget } = body;
    checkServersAllowed(agent?.mcp_servers, context, 'agent.mcp_servers');
    return onSelectedAgent('', 'agent', () =>
      onSessionChange(session_id, 'update', async (id) => {
        const view = await context.sessions.update(DEFAULT_TENANT, id, {
          title,
          metadata: body.metadata ?? undefined,
          budget,
          changeAgent: agent && ((config) => changeConfig(config, agent)),
        });
        return showSession(view, context);
      }),
    );
  },
});

export const archiveSession = defineV1Route({
  name: 'archiveSession',
  method: 'POST',
  path: '/v1/sessions/{session_id}/archive',
  summary: 'End a session for good: it can be read, and nothing can be sent to it',
  params,
  response: { description: 'The session, terminated. Archiving it again changes nothing.', schema: session },
  handle: ({ params: { session_id } }, exchange) =>
    onSessionChange(session_id, 'archive', (id) =>
      whileConnected(exchange, async ({ signal }) => {
        const { sessions } = exchange.context;
        return showSession(await sessions.archive(DEFAULT_TENANT, id, signal), exchange.context);
      }),
    ),
});

export const deleteSession = defineV1Route({
  name: 'deleteSession',
  method: 'DELETE',
  path: '/v1/sessions/{session_id}',
  summary: 'Remove a session with its events and its files',
  params,
  response: { description: 'It is gone.', schema: deletedSession },
  handle: ({ params: { session_id } }, exchange) =>
    onSessionChange(session_id, 'delete', (id) =>
      whileConnected(exchange, async ({ signal }) => {
        await exchange.context.sessions.deleteIdle(DEFAULT_TENANT, id, signal);
        return { id: publicId('sesn', id), type: 'session_deleted' };
      }),
    ),
});

function readInitialEvents(events: readonly CompleteEvent[], now: number): WorkInput[] {
  return events
    .map((event, index) => {
      const receipt = { path: `initial_events.${index}`, sessionId: '', by: '', id: createId(now), now };
      return readEvent(event, receipt).input;
    })
    .filter(isWork);
}

/** At the moment in which it was made. */
function projectNew(created: CreatedSession): Session {
  return projectSession(created, created.resources, created.session.createdAt);
}
