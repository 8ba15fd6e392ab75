import { isRecord, type JsonObject } from './json.ts';
import { POLICIES, type Policy, type Tool } from './agent-body.ts';

/** Whether a tool is there and who decides about its calls, as one choice. */
export type Setting = 'off' | Policy;
/** `default`: as the toolset says for all. */
export type ToolSetting = Setting | 'default';

export const SETTINGS = ['off', ...POLICIES] as const;

/** What holds for the tools of a toolset that have nothing of their own. */
export function defaultSetting(tool: Tool): Setting {
  const config = isRecord(tool['default_config']) ? tool['default_config'] : {};
  if (config['enabled'] === false) return 'off';
  return policyOf(config) ?? (tool.type === 'mcp_toolset' ? 'always_ask' : 'always_allow');
}

export function withDefaultSetting(tool: Tool, setting: Setting): Tool {
  return { ...tool, default_config: toConfig(setting, tool['default_config']) };
}

export function settingOf(tool: Tool, name: string): ToolSetting {
  const config = findConfig(tool, name);
  if (!config) return 'default';
  const { enabled } = config;
  const policy = policyOf(config);
  if (typeof enabled !== 'boolean' && policy === undefined) return 'default';
  if (enabled === false) return 'off';
  return policy ?? defaultSetting(tool);
}

/** The names that a toolset has something of its own for, in their order. */
export function configuredNames(tool: Tool): string[] {
  return configsOf(tool).map(({ name }) => String(name));
}

export function withSetting(tool: Tool, name: string, setting: ToolSetting): Tool {
  const config = findConfig(tool, name);
  return withConfig(tool, name, setting === 'default' ? withoutToggles(config) : toConfig(setting, config));
}

const DOMAIN_LISTS = ['allowed_domains', 'blocked_domains'] as const;
export type DomainList = (typeof DOMAIN_LISTS)[number];

/** To which hosts a web tool may go; one list or the other. */
export function domainsOf(tool: Tool, name: string): { list: DomainList; hosts: string[] } | undefined {
  const config = findConfig(tool, name);
  const list = DOMAIN_LISTS.find((one) => Array.isArray(config?.[one]));
  const hosts = list && config?.[list];
  return list && Array.isArray(hosts) ? { list, hosts: hosts.map(String) } : undefined;
}

export function withDomains(
  tool: Tool,
  name: string,
  domains: { list: DomainList; hosts: string[] } | undefined,
): Tool {
  const { allowed_domains: _, blocked_domains: __, ...config } = findConfig(tool, name) ?? {};
  return withConfig(tool, name, { ...config, ...(domains && { [domains.list]: domains.hosts }) });
}

/** An entry that says nothing goes. */
function withConfig(tool: Tool, name: string, config: JsonObject): Tool {
  const { name: _, type: __, ...said } = config;
  const saysNothing = Object.values(said).every((value) => value === null || value === undefined);
  const entry = { name, ...(tool.type !== 'mcp_toolset' && { type: name }), ...said };
  const configs = configsOf(tool);
  const isThere = configs.some((one) => one['name'] === name);
  if (saysNothing && isThere && tool.type !== 'mcp_toolset') {
    return { ...tool, configs: configs.filter((one) => one['name'] !== name) };
  }
  if (saysNothing && !isThere) return tool;
  return {
    ...tool,
    configs: isThere ? configs.map((one) => (one['name'] === name ? entry : one)) : [...configs, entry],
  };
}

function withoutToggles(config: JsonObject | undefined): JsonObject {
  const { enabled: _, permission_policy: __, ...rest } = config ?? {};
  return rest;
}

function toConfig(setting: Setting, config: unknown): JsonObject {
  const known = isRecord(config) ? config : {};
  if (setting === 'off') return { ...known, enabled: false };
  return { ...known, enabled: true, permission_policy: { type: setting } };
}

function configsOf(tool: Tool): JsonObject[] {
  return Array.isArray(tool['configs']) ? tool['configs'].filter(isRecord) : [];
}

function findConfig(tool: Tool, name: string): JsonObject | undefined {
  return configsOf(tool).find((config) => config['name'] === name);
}

function policyOf(config: JsonObject): Policy | undefined {
  const policy = config['permission_policy'];
  return isRecord(policy) ? POLICIES.find((one) => one === policy['type']) : undefined;
}
