import type {
  AgentConfig,
  AgentToolset,
  CustomTool,
  McpToolset,
  ToolConfig,
} from '../domain/agent-config.ts';
import { BUILT_IN_TOOL_NAMES } from '../domain/agent-config.ts';
import type { ToolPermission } from '../domain/event.ts';
import { toEngineToolName } from '../domain/mcp-names.ts';
import { ENGINE_NAMES, toPublicTool } from '../domain/tool-names.ts';
import { toObject } from '../lib/to-object.ts';

/** Under the policy `auto` these need nobody: they change nothing and reach nothing beyond the sandbox. */
const HARMLESS = new Set(['Read', 'Glob', 'Grep']);

export interface BuiltInRule extends ToolConfig {
  allowedDomains?: string[];
  blockedDomains?: string[];
}

/** Which tools an agent of `/v1` has, and who decides about their calls. Plain data: it is part of what a process is. */
export interface ToolAccess {
  /** By the engine's name; only those that are there. */
  builtIn: Record<string, BuiltInRule>;
  /** By the names of the server and the tool, as the engine says them; a tool without a rule of its own has the default one. */
  mcp: Record<string, { default: ToolConfig; tools: Record<string, ToolConfig> }>;
  custom: CustomTool[];
}

/** What an agent's configuration says of tools, in the engine's words. */
export function toToolAccess({ tools }: Pick<AgentConfig, 'tools'>): ToolAccess {
  const access: ToolAccess = { builtIn: {}, mcp: {}, custom: [] };
  for (const tool of tools) {
    if (tool.type === 'custom') access.custom.push(tool);
    else if (tool.type === 'mcp_toolset') access.mcp[tool.mcp_server_name] = toMcpRules(tool);
    else Object.assign(access.builtIn, toBuiltInRules(tool));
  }
  return access;
}

function toMcpRules({ default_config, configs }: McpToolset): ToolAccess['mcp'][string] {
  return {
    default: default_config,
    tools: Object.fromEntries(configs.map(({ name, ...rule }) => [toEngineToolName(name), rule])),
  };
}

function toBuiltInRules({ default_config, configs }: AgentToolset): ToolAccess['builtIn'] {
  const rules: ToolAccess['builtIn'] = {};
  for (const name of BUILT_IN_TOOL_NAMES) {
    const own = configs.find((config) => config.name === name);
    const { enabled, permission_policy } = own ?? default_config;
    if (!enabled) continue;
    rules[ENGINE_NAMES[name]] = {
      enabled,
      permission_policy,
      ...(own && 'allowed_domains' in own && { allowedDomains: own.allowed_domains }),
      ...(own && 'blocked_domains' in own && { blockedDomains: own.blocked_domains }),
    };
  }
  return rules;
}

/** What the policy says of a call, before anybody is asked. Depends on its arguments alone. */
export function judge(access: ToolAccess, name: string, input: unknown): ToolPermission {
  const tool = toPublicTool(name);
  if (tool.kind === 'custom') {
    return { evaluated: access.custom.some((custom) => custom.name === tool.name) ? 'allow' : 'deny' };
  }
  const rule = tool.kind === 'mcp' ? findMcpRule(access, tool.server, tool.name) : access.builtIn[name];
  if (!rule?.enabled) return { evaluated: 'deny' };
  const policy = rule.permission_policy.type;
  if (tool.kind === 'built_in' && !isAllowedDomain(access.builtIn[name], input)) return { evaluated: 'deny' };
  switch (policy) {
    case 'always_allow':
      return { evaluated: 'allow', policy };
    case 'always_ask':
      return { evaluated: 'ask', policy };
    case 'auto':
      return { evaluated: HARMLESS.has(name) ? 'allow' : 'ask', policy };
  }
}

function findMcpRule({ mcp }: ToolAccess, server: string, tool: string): ToolConfig | undefined {
  const rules = mcp[server];
  return rules && Object.hasOwn(rules.tools, tool) ? rules.tools[tool] : rules?.default;
}

/** Whether a page may be fetched; every other input has no domain. */
function isAllowedDomain(rule: BuiltInRule | undefined, input: unknown): boolean {
  const { allowedDomains, blockedDomains } = rule ?? {};
  const url = typeof input === 'object' && input !== null && 'url' in input ? String(input.url) : undefined;
  if (url === undefined || (!allowedDomains && !blockedDomains)) return true;
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const isUnder = (domain: string): boolean => hostname === domain || hostname.endsWith(`.${domain}`);
  return allowedDomains ? allowedDomains.some(isUnder) : !blockedDomains?.some(isUnder);
}

/** The input with which a search keeps to its domains; undefined: as the model wrote it. */
export function withDomains(
  { builtIn }: ToolAccess,
  name: string,
  input: unknown,
): Record<string, unknown> | undefined {
  const { allowedDomains, blockedDomains } = builtIn[name] ?? {};
  if (name !== 'WebSearch' || (!allowedDomains && !blockedDomains)) return undefined;
  const { allowed_domains: _a, blocked_domains: _b, ...asked } = toObject(input);
  return {
    ...asked,
    ...(allowedDomains && { allowed_domains: allowedDomains }),
    ...(blockedDomains && { blocked_domains: blockedDomains }),
  };
}
