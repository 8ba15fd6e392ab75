import { describe, expect, it } from 'vitest';
import { judge, toToolAccess } from '#src/agent/tool-access.ts';
import type { AgentTool, PermissionPolicy, ToolConfig } from '#src/domain/agent-config.ts';

const rule = (policy: PermissionPolicy['type'], enabled = true): ToolConfig => ({
  enabled,
  permission_policy: { type: policy },
});

const TOOLS: AgentTool[] = [
  {
    type: 'agent_toolset_20260401',
    default_config: rule('auto'),
    configs: [
      { name: 'bash', type: 'bash', ...rule('always_ask') },
      { name: 'write', type: 'write', ...rule('always_allow', false) },
      {
        name: 'web_fetch',
        type: 'web_fetch',
        ...rule('always_allow'),
        allowed_domains: ['example.com'],
        max_content_tokens: null,
        url_sources: null,
      },
    ],
  },
  {
    type: 'mcp_toolset',
    mcp_server_name: 'docs',
    default_config: rule('always_allow'),
    configs: [
      { name: 'drop.all', ...rule('always_allow', false) },
      { name: 'search', ...rule('always_ask') },
    ],
  },
  { type: 'custom', name: 'a__b', description: 'A.', input_schema: { type: 'object' } },
];

describe('what the policy says of a call', () => {
  const access = toToolAccess({ tools: TOOLS });

  it.each<[name: string, evaluated: string, policy?: string | undefined, input?: object]>([
    ['Bash', 'ask', 'always_ask'],
    ['Read', 'allow', 'auto'],
    ['Edit', 'ask', 'auto'],
    ['Write', 'deny'],
    ['Agent', 'deny'],
    ['WebFetch', 'allow', 'always_allow', { url: 'https://docs.example.com/a' }],
    ['WebFetch', 'deny', undefined, { url: 'https://example.com.evil.org/' }],
    ['mcp__docs__read', 'allow', 'always_allow'],
    ['mcp__docs__search', 'ask', 'always_ask'],
    // Agents know the tools of a server with underscores in place of other characters.
    ['mcp__docs__drop_all', 'deny'],
    ['mcp__docs__constructor', 'allow', 'always_allow'],
    ['mcp__other__read', 'deny'],
    ['mcp__custom__a__b', 'allow'],
    ['mcp__custom__b', 'deny'],
  ])('%s: %s', (name, evaluated, policy, input = {}) => {
    expect(judge(access, name, input)).toEqual({ evaluated, ...(policy && { policy }) });
  });
});
