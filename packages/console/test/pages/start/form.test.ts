import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { JsonSchema } from '../../../src/lib/json-schema.ts';
import { EXECUTE, SESSION } from '../../../src/pages/start/form/layout.ts';
import { landErrors, readForm } from '../../../src/pages/start/form/request.ts';
import { formOf, type OpenApi } from '../../../src/pages/start/form/schemas.ts';
import { EMPTY, parseDraft, type Values } from '../../../src/pages/start/form/values.ts';

const api = JSON.parse(
  readFileSync(new URL('../../../../../docs/reference/openapi.json', import.meta.url), 'utf8'),
) as OpenApi;
const quick = formOf('quick', api);
const agent = formOf('agent', api);

function values(change: Partial<Values>): Values {
  return { ...EMPTY, ...change };
}

describe('the form', () => {
  it('has a place for every property that the API takes', () => {
    for (const [component, layout] of [
      ['Execute', EXECUTE],
      ['SessionCreate', SESSION],
    ] as const) {
      const names = Object.keys(api.components.schemas[component]?.properties ?? {});
      expect(names.length).toBeGreaterThan(5);
      expect(names.filter((name) => !(name in layout))).toEqual([]);
    }
    const shown = new Set(quick.map(({ key }) => key));
    const refused = Object.keys(EXECUTE).filter((key) => EXECUTE[key]?.group === 'refused');
    const names = Object.keys(api.components.schemas['Execute']?.properties ?? {});
    expect(names.filter((name) => !shown.has(name))).toEqual(refused);
    expect(agent.filter(({ key }) => key !== 'prompt' && !(key in SESSION))).toEqual([]);
    expect(agent.some(({ key }) => key === 'override_model')).toBe(true);
  });

  it('shows what it does not know under "more", by its schema', () => {
    const extended: OpenApi = {
      components: {
        schemas: {
          Execute: {
            properties: {
              prompt: { type: 'string' },
              new_flag: { type: ['boolean', 'null'], description: 'New.' },
              new_limit: { anyOf: [{ type: 'integer', minimum: 1 }, { type: 'null' }] },
              new_thing: {},
            } satisfies Record<string, JsonSchema>,
          },
        },
      },
    };
    const more = formOf('quick', extended).filter(({ group }) => group === 'more');
    expect(more.map(({ key, control }) => [key, control.kind])).toEqual([
      ['new_flag', 'flag'],
      ['new_limit', 'number'],
      ['new_thing', 'json'],
    ]);
    expect(more[0]?.description).toBe('New.');
  });

  it('takes bounds, options and lists from the schema', () => {
    const control = (key: string) => quick.find((field) => field.key === key)?.control;
    expect(control('max_turns')).toMatchObject({ kind: 'number', whole: true, minimum: 1, maximum: 100 });
    expect(control('max_budget_usd')).toMatchObject({ kind: 'number', whole: false, above: 0 });
    expect(control('permission_mode')).toMatchObject({ kind: 'choice' });
    expect(control('allowed_tools')).toEqual({ kind: 'texts' });
    expect(control('setting_sources')).toEqual({ kind: 'choices', options: ['project'] });
    expect(control('env')).toEqual({ kind: 'pairs' });
    expect(control('output_schema')).toEqual({ kind: 'json', shape: 'object' });
  });
});

describe('a request', () => {
  it('has what was filled in, and nothing else', () => {
    const { body, faults } = readForm(
      quick,
      values({
        text: { prompt: 'Look around', on_ask: 'wait', max_turns: '7', max_budget_usd: '0.5', cwd: ' ' },
        list: { allowed_tools: ['Read'], disallowed_tools: [] },
        pairs: {
          env: [
            { id: '1', name: 'A', value: '1' },
            { id: '2', name: '', value: '' },
          ],
        },
        servers: [
          {
            id: '3',
            name: 'docs',
            type: 'http',
            url: 'https://x/mcp',
            command: '',
            rest: '{"headers":{"a":"b"}}',
          },
        ],
      }),
    );
    expect(faults).toEqual({});
    expect(body).toEqual({
      prompt: 'Look around',
      on_ask: 'wait',
      max_turns: 7,
      max_budget_usd: 0.5,
      allowed_tools: ['Read'],
      env: { A: '1' },
      mcp_servers: { docs: { type: 'http', url: 'https://x/mcp', headers: { a: 'b' } } },
    });
  });

  it('says what cannot be sent, by field', () => {
    const { faults } = readForm(
      quick,
      values({
        text: {
          prompt: ' ',
          max_turns: '101',
          max_budget_usd: '0',
          max_thinking_tokens: '1.5',
          output_schema: '[]',
        },
        pairs: {
          env: [{ id: '1', name: '', value: 'x' }],
          metadata: [
            { id: '2', name: 'a', value: '' },
            { id: '3', name: 'a', value: '' },
          ],
        },
        servers: [{ id: '4', name: 'x', type: 'stdio', url: '', command: '', rest: '' }],
      }),
    );
    expect(Object.fromEntries(Object.entries(faults).map(([key, { code }]) => [key, code]))).toEqual({
      prompt: 'required',
      max_turns: 'most',
      max_budget_usd: 'above',
      max_thinking_tokens: 'whole',
      output_schema: 'object',
      env: 'nameless',
      metadata: 'twice',
      mcp_servers: 'server',
    });
  });

  it('names the agent, its version and what is different for this session', () => {
    const text = { agent: 'agent_01', environment_id: 'env_01', prompt: 'Hi', budget: '2.5' };
    expect(readForm(agent, values({ text })).body).toEqual({
      agent: 'agent_01',
      environment_id: 'env_01',
      initial_events: [{ type: 'user.message', content: [{ type: 'text', text: 'Hi' }] }],
      budget: { type: 'limit', max_list_cost: { amount: '250', currency: 'USD' } },
    });
    const pinned = values({ text: { ...text, agent_version: '3' } });
    expect(readForm(agent, pinned).body['agent']).toEqual({ type: 'agent', id: 'agent_01', version: 3 });
    const changed = values({ text: { ...text, agent_version: '3', override_model: 'haiku' } });
    expect(readForm(agent, changed).body['agent']).toEqual({
      type: 'agent_with_overrides',
      id: 'agent_01',
      version: 3,
      model: 'haiku',
    });
  });
});

describe('an error of the server', () => {
  it('lands on its field, also from inside of it', () => {
    expect(
      landErrors(quick, { message: '', fields: { max_turns: 'Too many', 'env.PATH': 'PATH is reserved' } }),
    ).toEqual({ errors: { max_turns: 'Too many', env: 'PATH is reserved' }, rest: undefined });
    expect(
      landErrors(agent, {
        message: '',
        fields: { 'agent.model': 'No', 'resources.0.path': 'does not exist' },
      }),
    ).toEqual({ errors: { override_model: 'No', resources: '0.path: does not exist' }, rest: undefined });
  });

  it('lands on the field that its sentence begins with, else on none', () => {
    expect(landErrors(quick, { message: 'cwd /x does not exist', fields: {} }).errors).toEqual({
      cwd: 'cwd /x does not exist',
    });
    expect(landErrors(quick, { message: 'Session 1 not found.', fields: {} })).toEqual({
      errors: {},
      rest: 'Session 1 not found.',
    });
  });
});

it('takes from a draft what still fits', () => {
  expect(
    parseDraft('{"text":{"prompt":"Hi","x":1},"list":{"a":["b",1]},"servers":[{"name":"n"}]}'),
  ).toMatchObject({
    text: { prompt: 'Hi' },
    list: {},
    servers: [{ name: 'n', type: 'http' }],
  });
  expect(parseDraft('nonsense')).toEqual(EMPTY);
});
