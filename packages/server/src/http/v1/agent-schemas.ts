import { z } from 'zod';
import { EFFORTS, POLICIES, type AgentConfig, type McpServer } from '../../domain/agent-config.ts';
import type { AgentRecord } from '../../store/agents.ts';
import { timestamp } from './fields.ts';
import { publicId } from './ids.ts';
import { formatTime } from '../format-time.ts';

// Agents as `/v1` shows them: every default is filled in.

const toolConfig = {
  enabled: z.boolean(),
  permission_policy: z.object({ type: z.enum(POLICIES) }),
};

function configOf<Name extends string>(name: Name) {
  return { name: z.literal(name), type: z.literal(name), ...toolConfig };
}

const domains = {
  allowed_domains: z.array(z.string()).optional(),
  blocked_domains: z.array(z.string()).optional(),
};

const builtInConfig = z.discriminatedUnion('name', [
  z.object(configOf('bash')),
  z.object(configOf('read')),
  z.object(configOf('write')),
  z.object(configOf('edit')),
  z.object(configOf('glob')),
  z.object(configOf('grep')),
  z.object({ ...configOf('web_fetch'), ...domains, max_content_tokens: z.null(), url_sources: z.null() }),
  z.object({ ...configOf('web_search'), ...domains, user_location: z.null() }),
]);

const tool = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('agent_toolset_20260401'),
      default_config: z.object(toolConfig),
      configs: z.array(builtInConfig),
    }),
    z.object({
      type: z.literal('mcp_toolset'),
      mcp_server_name: z.string(),
      default_config: z.object(toolConfig),
      configs: z.array(z.object({ name: z.string(), ...toolConfig })),
    }),
    z.object({
      type: z.literal('custom'),
      name: z.string(),
      description: z.string(),
      input_schema: z.looseObject({ type: z.literal('object') }),
    }),
  ])
  .meta({ id: 'AgentTool' });

const mcpServer = z.discriminatedUnion('type', [
  z.object({ type: z.literal('url'), name: z.string(), url: z.string() }),
  z
    .object({
      type: z.literal('stdio'),
      name: z.string(),
      command: z.string(),
      args: z.array(z.string()),
      env: z.record(z.string(), z.null()).describe('Which variables it gets. Values are not shown.'),
    })
    .describe('An extension.'),
]);

const model = z.object({
  id: z.string(),
  effort: z
    .object({ type: z.enum(EFFORTS) })
    .optional()
    .describe("Absent: the model's own."),
  speed: z.literal('standard'),
});

const agentFields = {
  id: z.string(),
  type: z.literal('agent'),
  version: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  model,
  system: z.string().nullable(),
  tools: z.array(tool),
  mcp_servers: z.array(mcpServer),
  skills: z
    .array(z.object({ type: z.enum(['anthropic', 'custom']), skill_id: z.string(), version: z.string() }))
    .describe('Always empty.'),
  multiagent: z.null(),
  execution_identity: z.object({ type: z.literal('service_account') }),
};

export const agent = z
  .object({
    ...agentFields,
    metadata: z.record(z.string(), z.string()),
    created_at: timestamp,
    updated_at: timestamp.describe('When this version was made.'),
    archived_at: timestamp.nullable(),
  })
  .meta({ id: 'Agent' });
export type Agent = z.infer<typeof agent>;

/** What a session shows of its agent. */
export const sessionAgent = z.object(agentFields).meta({ id: 'SessionAgent' });
export type SessionAgent = z.infer<typeof sessionAgent>;

export function projectAgent({ id, version, definition, ...record }: AgentRecord): Agent {
  return {
    ...projectSessionAgent({ agentId: id, version, config: definition }),
    metadata: definition.metadata,
    created_at: formatTime(record.createdAt),
    updated_at: formatTime(record.updatedAt),
    archived_at: record.archivedAt === null ? null : formatTime(record.archivedAt),
  };
}

/** Of a session's own agent, or of a version of one. */
export function projectSessionAgent({
  agentId,
  version,
  config,
}: {
  agentId: string;
  version: number;
  config: AgentConfig;
}): SessionAgent {
  return {
    id: publicId('agent', agentId),
    type: 'agent',
    version,
    name: config.name,
    description: config.description,
    model: config.model,
    system: config.system,
    tools: config.tools,
    mcp_servers: config.mcp_servers.map(projectServer),
    skills: [],
    multiagent: null,
    execution_identity: { type: 'service_account' },
  };
}

function projectServer(server: McpServer): SessionAgent['mcp_servers'][number] {
  if (server.type === 'url') return server;
  const env = Object.fromEntries(Object.keys(server.env).map((name) => [name, null]));
  return { ...server, env };
}
