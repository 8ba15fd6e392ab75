import { expect, it } from 'vitest';
import { TOOLSET, type Tool } from '../../src/lib/agent-body.ts';
import {
  defaultSetting,
  domainsOf,
  settingOf,
  withDefaultSetting,
  withDomains,
  withSetting,
} from '../../src/lib/tool-settings.ts';

const TOOLS: Tool = { type: TOOLSET };

it('says what holds when nothing is said', () => {
  expect(defaultSetting(TOOLS)).toBe('always_allow');
  expect(defaultSetting({ type: 'mcp_toolset', mcp_server_name: 'a' })).toBe('always_ask');
  expect(settingOf(TOOLS, 'bash')).toBe('default');
});

it.each(['off', 'always_allow', 'always_ask', 'auto'] as const)(
  'a choice of %s is read as it was made',
  (setting) => {
    expect(defaultSetting(withDefaultSetting(TOOLS, setting))).toBe(setting);
    expect(settingOf(withSetting(TOOLS, 'bash', setting), 'bash')).toBe(setting);
  },
);

it('back to what holds for all leaves no trace', () => {
  expect(withSetting(withSetting(TOOLS, 'bash', 'auto'), 'bash', 'default')).toMatchObject({ configs: [] });
  expect(withSetting(TOOLS, 'bash', 'default')).toEqual(TOOLS);
});

it('a tool that is on where all are off is on', () => {
  const off = withDefaultSetting(TOOLS, 'off');
  const tools = withSetting(off, 'read', 'always_allow');
  expect(settingOf(tools, 'read')).toBe('always_allow');
  expect(tools['configs']).toEqual([
    { name: 'read', type: 'read', enabled: true, permission_policy: { type: 'always_allow' } },
  ]);
});

it('hosts stay when the policy changes, and the other way round', () => {
  const hosts = withDomains(TOOLS, 'web_fetch', { list: 'allowed_domains', hosts: ['a.example'] });
  const both = withSetting(hosts, 'web_fetch', 'always_ask');
  expect(domainsOf(both, 'web_fetch')).toEqual({ list: 'allowed_domains', hosts: ['a.example'] });
  expect(settingOf(withDomains(both, 'web_fetch', undefined), 'web_fetch')).toBe('always_ask');
  expect(settingOf(withSetting(both, 'web_fetch', 'default'), 'web_fetch')).toBe('default');
  expect(domainsOf(withSetting(both, 'web_fetch', 'default'), 'web_fetch')).toBeDefined();
});

it('a tool of an MCP server has no type', () => {
  const tools = withSetting({ type: 'mcp_toolset', mcp_server_name: 'a' }, 'find', 'off');
  expect(tools['configs']).toEqual([{ name: 'find', enabled: false }]);
});
