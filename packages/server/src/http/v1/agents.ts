import { z } from 'zod';
import { changeAgent, EMPTY_AGENT } from '../../agents/change.ts';
import { AgentBuiltIn, AgentInUse, AgentNotFound } from '../../agents/errors.ts';
import { findAgent, isBuiltIn } from '../../agents/find-agent.ts';
import { updateAgent as changeStored } from '../../agents/update-agent.ts';
import { createId } from '../../lib/ids.ts';
import { RequestRepeated } from '../../sessions/errors.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import {
  checkServersAllowed,
  executionIdentityField,
  mcpServersField,
  modelField,
  multiagentField,
  skillsField,
} from './agent-fields.ts';
import { agent, projectAgent } from './agent-schemas.ts';
import { systemField } from './agent-selection.ts';
import { toolsField } from './agent-tools.ts';
import { metadata, metadataPatch, pageFields, pageOf, textOf } from './fields.ts';
import { publicId } from './ids.ts';
import { onAgent, onNewAgent } from './on-agent.ts';
import { invalidCursor, Pages, readPage } from './pages.ts';
import { queryFlag, queryTime, toMilliseconds, toSpan } from './query.ts';
import { defineV1Route } from './route.ts';

const name = textOf(1, 256);
const description = textOf(0, 2048);
const params = z.object({ agent_id: z.string() });
const version = z.int().min(1);

const DIFFERS =
  '`skills`, `multiagent`, `aws_role`, `speed: fast`, `inference_geo`, `max_content_tokens`, `url_sources` and `user_location` ' +
  'are refused, and so are names of MCP servers and of custom tools that the agent would not have under them; servers may be of ' +
  'type `stdio` and of private networks; `model.effort` is shown if it was given.';

export const createBody = z
  .strictObject({
    name,
    model: modelField,
    description: description.nullish(),
    system: systemField.nullish(),
    tools: toolsField.optional().describe('Absent: none, not even the built-in ones.'),
    mcp_servers: mcpServersField.optional(),
    metadata: metadata().optional(),
    skills: skillsField.optional(),
    multiagent: multiagentField,
    execution_identity: executionIdentityField.nullish(),
  })
  .meta({ id: 'AgentCreate' });

export const updateBody = z
  .strictObject({
    version: version
      .optional()
      .describe(
        'The version that the change is based on: another one now is refused with 409. Absent: never mind.',
      ),
    name: name.optional(),
    model: modelField.optional(),
    description: description.nullish(),
    system: systemField.nullish(),
    tools: toolsField.nullish(),
    mcp_servers: mcpServersField.nullish(),
    metadata: metadataPatch().nullish(),
    skills: skillsField.nullish(),
    multiagent: multiagentField,
    execution_identity: executionIdentityField.nullish(),
  })
  .meta({ id: 'AgentUpdate' });

export const createAgent = defineV1Route({
  name: 'createAgent',
  method: 'POST',
  path: '/v1/agents',
  summary: 'Create an agent',
  differs: DIFFERS,
  once: true,
  body: createBody,
  response: { description: 'The agent, in version 1.', schema: agent },
  handle: async ({ body }, { context, remember }) => {
    const { skills: _, multiagent: __, execution_identity: ___, ...change } = body;
    checkServersAllowed(change.mcp_servers, context);
    const definition = await onNewAgent(async () => changeAgent(EMPTY_AGENT, change));
    const now = context.clock.now();
    const record = {
      id: createId(now),
      version: 1,
      definition,
      createdAt: now,
      updatedAt: now,
      archivedAt: null,
    };
    const answer = projectAgent(record);
    const result = await context.store.createAgent(DEFAULT_TENANT, {
      agent: record,
      idempotency: remember(answer),
    });
    if (!result.ok) throw new RequestRepeated();
    return answer;
  },
});

export const listAgents = defineV1Route({
  name: 'listAgents',
  method: 'GET',
  path: '/v1/agents',
  summary: 'List agents, newest first',
  query: z.strictObject({
    ...pageFields,
    include_archived: queryFlag(),
    'created_at[gte]': queryTime().describe('Created then or later.'),
    'created_at[lte]': queryTime().describe('Created then or earlier.'),
  }),
  response: { description: 'A page.', schema: pageOf(agent) },
  handle: async ({ query }, { context }) => {
    const { from, to } = toMilliseconds(toSpan(query));
    const includeArchived = query.include_archived;
    const filters = { list: 'agents', tenant: DEFAULT_TENANT, from, to, includeArchived };
    const { data, next_page } = await readPage(
      new Pages(filters, 'desc'),
      query,
      (position, limit) =>
        context.store.listAgents(DEFAULT_TENANT, { limit, includeArchived, from, to, before: position?.key }),
      ({ id }) => id,
    );
    return { data: data.map(projectAgent), next_page };
  },
});

export const retrieveAgent = defineV1Route({
  name: 'retrieveAgent',
  method: 'GET',
  path: '/v1/agents/{agent_id}',
  summary: 'An agent, in its latest version or in another one',
  params,
  query: z.strictObject({
    version: z.coerce.number().pipe(version).optional().describe('Absent: the latest.'),
  }),
  response: { description: 'The agent.', schema: agent },
  handle: ({ params: { agent_id }, query }, { context }) =>
    onAgent(agent_id, async (id) =>
      projectAgent(await findAgent(context.store, DEFAULT_TENANT, { id, version: query.version })),
    ),
});

export const updateAgent = defineV1Route({
  name: 'updateAgent',
  method: 'POST',
  path: '/v1/agents/{agent_id}',
  summary: 'Change an agent, which makes a new version of it',
  differs: DIFFERS,
  once: true,
  params,
  body: updateBody,
  response: {
    description: 'The agent as it is now. A change that changes nothing makes no version.',
    schema: agent,
  },
  handle: ({ params: { agent_id }, body }, { context, remember }) => {
    const { skills: _, multiagent: __, execution_identity: ___, version: expected, ...given } = body;
    const change = {
      ...given,
      tools: given.tools === null ? [] : given.tools,
      mcp_servers: given.mcp_servers === null ? [] : given.mcp_servers,
      metadata: given.metadata ?? undefined,
    };
    checkServersAllowed(change.mcp_servers, context);
    return onAgent(agent_id, async (id) =>
      projectAgent(
        await changeStored(context, DEFAULT_TENANT, {
          id,
          version: expected,
          change,
          remember: (record) => remember(projectAgent(record)),
        }),
      ),
    );
  },
});

export const archiveAgent = defineV1Route({
  name: 'archiveAgent',
  method: 'POST',
  path: '/v1/agents/{agent_id}/archive',
  summary: 'Archive an agent: no more changes, no new sessions; those that there are go on',
  params,
  response: { description: 'The agent. Archiving it again changes nothing.', schema: agent },
  handle: ({ params: { agent_id } }, { context }) =>
    onAgent(agent_id, async (id) => {
      if (isBuiltIn(DEFAULT_TENANT, id)) throw new AgentBuiltIn();
      const record = await context.store.archiveAgent(DEFAULT_TENANT, { id, now: context.clock.now() });
      if (!record) throw new AgentNotFound();
      return projectAgent(record);
    }),
});

export const deleteAgent = defineV1Route({
  name: 'deleteAgent',
  method: 'DELETE',
  path: '/v1/agents/{agent_id}',
  summary: 'Delete an agent that no session uses, with all its versions',
  differs: 'An extension: the hosted API can only archive agents.',
  params,
  response: {
    description: 'It is gone. An agent with sessions is refused with 409.',
    schema: z.object({ id: z.string(), type: z.literal('agent_deleted') }).meta({ id: 'AgentDeleted' }),
  },
  handle: ({ params: { agent_id } }, { context }) =>
    onAgent(agent_id, async (id) => {
      if (isBuiltIn(DEFAULT_TENANT, id)) throw new AgentBuiltIn();
      const result = await context.store.deleteAgent(DEFAULT_TENANT, id);
      if (result.ok) return { id: publicId('agent', id), type: 'agent_deleted' };
      throw result.conflict === 'used' ? new AgentInUse() : new AgentNotFound();
    }),
});

export const listAgentVersions = defineV1Route({
  name: 'listAgentVersions',
  method: 'GET',
  path: '/v1/agents/{agent_id}/versions',
  summary: 'List the versions of an agent, newest first',
  params,
  query: z.strictObject(pageFields),
  response: { description: 'A page.', schema: pageOf(agent) },
  handle: ({ params: { agent_id }, query }, { context }) =>
    onAgent(agent_id, async (id) => {
      const latest = await findAgent(context.store, DEFAULT_TENANT, { id });
      const { data, next_page } = await readPage(
        new Pages({ list: 'versions', tenant: DEFAULT_TENANT, id }, 'desc'),
        query,
        async (position, limit) =>
          isBuiltIn(DEFAULT_TENANT, id)
            ? [latest]
            : context.store.listAgentVersions(DEFAULT_TENANT, {
                id,
                limit,
                before: toVersion(position?.key),
              }),
        (record) => String(record.version),
      );
      return { data: data.map(projectAgent), next_page };
    }),
});

function toVersion(key: string | undefined): number | undefined {
  if (key === undefined) return undefined;
  if (!/^\d{1,15}$/.test(key)) throw invalidCursor();
  return Number(key);
}
