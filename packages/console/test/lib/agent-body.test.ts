import { describe, expect, it } from 'vitest';
import {
  NEW_AGENT,
  parseBody,
  printBody,
  rebase,
  toBody,
  toUpdate,
  type AgentBody,
} from '../../src/lib/agent-body.ts';

const BASE: AgentBody = {
  ...NEW_AGENT,
  name: 'Writer',
  model: { id: 'claude-sonnet-5-5' },
  metadata: { team: 'docs', old: 'yes' },
};

it('what is shown can be sent: nothing of the answer that a request may not have', () => {
  const shown = {
    ...BASE,
    model: { id: 'claude-sonnet-5-5', speed: 'standard' },
    id: 'agent_1',
    type: 'agent',
    version: 3,
    skills: [],
    multiagent: null,
    created_at: '2026-01-01T00:00:00Z',
  };
  expect(toBody(shown)).toEqual(BASE);
});

it('the JSON of a body is the body', () => {
  expect(parseBody(printBody(BASE))).toEqual(BASE);
});

it('takes the short forms that the API takes', () => {
  expect(parseBody('{"name":"a","model":"m"}')).toMatchObject({ name: 'a', model: { id: 'm' }, tools: [] });
  expect(parseBody('{"model":{"id":"m","effort":"low"}}')).toMatchObject({
    model: { id: 'm', effort: { type: 'low' } },
  });
});

it.each([
  ['{', 'syntax', undefined],
  ['[]', 'object', ''],
  ['{"skils":[]}', 'unknown', 'skils'],
  ['{"name":3}', 'text', 'name'],
  ['{"tools":{}}', 'list', 'tools'],
  ['{"tools":[3]}', 'object', 'tools.0'],
  ['{"tools":[{"type":"custom","configs":[3]}]}', 'list', 'tools.0.configs'],
  ['{"mcp_servers":[{"type":"url"}]}', 'text', 'mcp_servers.0.name'],
  ['{"metadata":{"a":1}}', 'text', 'metadata.a'],
])('says what of %s the form could not show', (text, kind, path) => {
  expect(parseBody(text)).toMatchObject({ fault: { kind, ...(path !== undefined && { path }) } });
});

it('keeps what the form does not know', () => {
  const tool = { type: 'agent_toolset_20260401', configs: [{ name: 'bash', max_content_tokens: 4 }] };
  expect(parseBody(JSON.stringify({ ...BASE, tools: [tool] }))).toMatchObject({ tools: [tool] });
});

it('a key of metadata that was taken out is removed by the change', () => {
  const update = toUpdate({ ...BASE, metadata: { team: 'web' } }, BASE, 3);
  expect(update).toMatchObject({ version: 3, metadata: { team: 'web', old: null } });
});

describe('when somebody else has saved meanwhile', () => {
  it('my fields go on top of theirs', () => {
    const theirs = { ...BASE, system: 'Theirs' };
    const { body, both } = rebase(BASE, { ...BASE, description: 'Mine' }, theirs);
    expect(body).toEqual({ ...BASE, system: 'Theirs', description: 'Mine' });
    expect(both).toEqual([]);
  });

  it('of what both have changed mine is kept, and said', () => {
    const { body, both } = rebase(BASE, { ...BASE, system: 'Mine' }, { ...BASE, system: 'Theirs' });
    expect(body.system).toBe('Mine');
    expect(both).toEqual(['system']);
  });

  it('the same change on both sides is none', () => {
    const same = { ...BASE, system: 'Same' };
    expect(rebase(BASE, same, same)).toEqual({ body: same, both: [] });
  });
});
