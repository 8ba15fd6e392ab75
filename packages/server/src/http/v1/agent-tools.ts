import { z } from 'zod';
import {
  BUILT_IN_TOOL_NAMES,
  POLICIES,
  type AgentToolset,
  type BuiltInToolConfig,
  type McpToolset,
  type ToolConfig,
  type WebDomains,
  type WebFetchConfig,
  type WebSearchConfig,
} from '../../domain/agent-config.ts';
import { customTool } from './custom-tool.ts';
import { notSupported, textOf } from './fields.ts';

// The tools of an agent, as requests say them, and what of it is stored: with every default filled in.

const MAX_TOOLS = 128;
const MAX_DOMAINS = 64;
const HOST = /^(?=.{1,253}$)(?:[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?\.)*[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i;
const HOST_WITH_PATH = new RegExp(`${HOST.source.slice(0, -1)}(?:/[!-~]*)?$`, 'i');

const toggles = {
  enabled: z.boolean().nullish(),
  permission_policy: z.strictObject({ type: z.enum(POLICIES) }).nullish(),
};

function configOf<Name extends string>(name: Name) {
  return { name: z.literal(name), type: z.literal(name).optional(), ...toggles };
}

function domains(host: RegExp) {
  const list = z
    .array(z.string().regex(host, 'Input should be a plain host name, such as docs.example.com'))
    .min(1)
    .max(MAX_DOMAINS);
  return { allowed_domains: list.optional(), blocked_domains: list.optional() };
}

function refuseBoth(
  { allowed_domains, blocked_domains }: { allowed_domains?: unknown; blocked_domains?: unknown },
  context: z.RefinementCtx,
): void {
  if (allowed_domains === undefined || blocked_domains === undefined) return;
  context.addIssue({
    code: 'custom',
    path: ['blocked_domains'],
    message: 'Cannot be combined with allowed_domains',
  });
}

const builtInConfig = z.discriminatedUnion('name', [
  z.strictObject(configOf('bash')),
  z.strictObject(configOf('read')),
  z.strictObject(configOf('write')),
  z.strictObject(configOf('edit')),
  z.strictObject(configOf('glob')),
  z.strictObject(configOf('grep')),
  z
    .strictObject({
      ...configOf('web_fetch'),
      ...domains(HOST),
      max_content_tokens: notSupported('A limit of fetched content is'),
      url_sources: notSupported('A limit on the sources of URLs is'),
    })
    .superRefine(refuseBoth),
  z
    .strictObject({
      ...configOf('web_search'),
      ...domains(HOST_WITH_PATH),
      user_location: notSupported('A location for searches is'),
    })
    .superRefine(refuseBoth),
]);

const agentToolset = z
  .strictObject({
    type: z.literal('agent_toolset_20260401'),
    default_config: z.strictObject(toggles).nullish(),
    configs: z.array(builtInConfig).max(BUILT_IN_TOOL_NAMES.length).optional(),
  })
  .transform(({ type, default_config, configs = [] }): AgentToolset => {
    const common = toToolConfig(default_config ?? {}, {
      enabled: true,
      permission_policy: { type: 'always_allow' },
    });
    return { type, default_config: common, configs: configs.map((one) => toBuiltInConfig(one, common)) };
  });

const mcpToolset = z
  .strictObject({
    type: z.literal('mcp_toolset'),
    mcp_server_name: textOf(1, 255).describe('The name of a server in `mcp_servers`.'),
    default_config: z.strictObject(toggles).nullish(),
    configs: z.array(z.strictObject({ name: textOf(1, 128), ...toggles })).optional(),
  })
  .transform(({ type, mcp_server_name, default_config, configs = [] }): McpToolset => {
    const common = toToolConfig(default_config ?? {}, {
      enabled: true,
      permission_policy: { type: 'always_ask' },
    });
    return {
      type,
      mcp_server_name,
      default_config: common,
      configs: configs.map((one) => ({ name: one.name, ...toToolConfig(one, common) })),
    };
  });

export const toolsField = z
  .array(z.discriminatedUnion('type', [agentToolset, mcpToolset, customTool]))
  .max(MAX_TOOLS);

type Toggles = z.output<z.ZodObject<typeof toggles>>;

function toToolConfig({ enabled, permission_policy }: Toggles, fallback: ToolConfig): ToolConfig {
  return {
    enabled: enabled ?? fallback.enabled,
    permission_policy: permission_policy ?? fallback.permission_policy,
  };
}

function toBuiltInConfig(given: z.output<typeof builtInConfig>, common: ToolConfig): BuiltInToolConfig {
  const config = { name: given.name, type: given.name, ...toToolConfig(given, common) };
  switch (given.name) {
    case 'web_fetch':
      return {
        ...config,
        ...toDomains(given),
        max_content_tokens: null,
        url_sources: null,
      } as WebFetchConfig;
    case 'web_search':
      return { ...config, ...toDomains(given), user_location: null } as WebSearchConfig;
    default:
      return config as BuiltInToolConfig;
  }
}

function toDomains({
  allowed_domains: allowed,
  blocked_domains: blocked,
}: {
  allowed_domains?: string[] | undefined;
  blocked_domains?: string[] | undefined;
}): WebDomains {
  return { ...(allowed && { allowed_domains: allowed }), ...(blocked && { blocked_domains: blocked }) };
}
