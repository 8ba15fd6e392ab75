import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { startModelProvider, type ModelProvider } from '../support/model-provider.ts';
import { NO_EXTENSIONS } from '../support/sdk/check-shape.ts';
import { refusalOf } from '../support/sdk/refusal.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { officialClient } from './sdk/recording-client.ts';
import { MODEL_EXTENSIONS } from './sdk/resources/models.ts';

const clock = new ManualClock(1);
let provider: ModelProvider;
let app: TestApp;
let answer: ReturnType<ModelProvider['answer']>;
beforeAll(async () => {
  provider = await startModelProvider(() => answer);
  app = await startApp({ provider: provider.url, clock });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});

/** A client that finds this at the provider. */
async function clientFor(given: typeof answer) {
  answer = given;
  // What was answered to the test before is forgotten.
  await clock.set(clock.now() + 3_600_000);
  const extensions = { ...NO_EXTENSIONS, properties: MODEL_EXTENSIONS };
  return officialClient('1.12', { baseURL: app.url, extensions });
}

const NO = { supported: false };
const YES = { supported: true };

describe('a model', () => {
  it('is shown whole, however little the provider says of it', async () => {
    const { models } = await clientFor({ body: { id: 'm' } });
    expect(await models.retrieve('m')).toEqual({
      id: 'm',
      type: 'model',
      display_name: 'm',
      created_at: '1970-01-01T00:00:00Z',
      lifecycle: 'active',
      line: null,
      deprecated_at: null,
      retires_at: null,
      max_input_tokens: null,
      max_tokens: null,
      capabilities: null,
      allowed_fallback_models: null,
    });
  });

  it('has the capabilities that the provider says, and lacks those that the provider does not know', async () => {
    const told = {
      id: 'm',
      type: 'model',
      display_name: 'M',
      created_at: '2026-05-01T00:00:00Z',
      lifecycle: 'deprecated',
      line: 'opus',
      deprecated_at: '2026-09-01T00:00:00Z',
      retires_at: '2027-01-01T00:00:00Z',
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
      allowed_fallback_models: ['n'],
      color: 'red',
    };
    const context_management = { ...YES, compact_20260112: YES };
    const capabilities = { batch: YES, effort: { ...YES, low: YES }, context_management, telepathy: YES };
    const { beta } = await clientFor({ body: { ...told, capabilities } });
    const { color: _, ...shown } = told;
    expect(await beta.models.retrieve('m')).toEqual({
      ...shown,
      capabilities: {
        batch: YES,
        citations: NO,
        code_execution: NO,
        compaction: null,
        context_management: {
          ...context_management,
          clear_thinking_20251015: null,
          clear_tool_uses_20250919: null,
        },
        effort: { ...YES, low: YES, medium: NO, high: NO, xhigh: null, max: NO },
        image_input: NO,
        pdf_input: NO,
        server_tools: { ...NO, code_execution: NO, web_search: NO },
        structured_outputs: NO,
        thinking: { ...NO, types: { adaptive: NO, between_tools: NO, disabled: YES, enabled: NO } },
      },
    });
  });

  it('is shown even if the provider says it in another way than the API', async () => {
    const body = {
      data: [{ id: 'm', object: 'model', created: 1, capabilities: ['chat'], max_tokens: 'many' }],
    };
    const { models } = await clientFor({ body });
    const { data } = await models.list();
    expect(data).toMatchObject([{ id: 'm', type: 'model', capabilities: null, max_tokens: null }]);
  });

  it('that the provider does not have is a 404', async () => {
    const { models } = await clientFor({ status: 404 });
    expect(await refusalOf(models.retrieve('m'))).toEqual({
      status: 404,
      type: 'not_found_error',
      message: 'Model m not found.',
    });
  });
});

describe('the list of models', () => {
  const body = { data: ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id })) };

  it('is walked forwards and backwards', async () => {
    const { models } = await clientFor({ body });
    const walk = async (query: object): Promise<string[]> => {
      const found: string[] = [];
      for (let page = await models.list(query); ; page = await page.getNextPage()) {
        found.push(page.data.map(({ id }) => id).join(''));
        if (!page.hasNextPage()) return found;
      }
    };
    expect(await walk({ limit: 2 })).toEqual(['ab', 'cd', 'e']);
    expect(await walk({ limit: 2, after_id: 'b' })).toEqual(['cd', 'e']);
    expect(await walk({ limit: 2, before_id: 'e' })).toEqual(['cd', 'ab']);
    const nothing = { data: [], has_more: false, first_id: null, last_id: null };
    expect(await models.list({ before_id: 'a' })).toMatchObject(nothing);
    expect(await models.list({ after_id: 'e' })).toMatchObject(nothing);
  });

  it('has what is in use, or the stages that are asked for', async () => {
    const stages = ['active', 'deprecated', 'retired'] as const;
    const data = stages.map((lifecycle) => ({ id: lifecycle, lifecycle }));
    const { models } = await clientFor({ body: { data } });
    const ids = async (lifecycle?: (typeof stages)[number][]): Promise<string[]> =>
      (await models.list(lifecycle && { lifecycle })).data.map(({ id }) => id);
    expect(await ids()).toEqual(['active', 'deprecated']);
    expect(await ids(['retired'])).toEqual(['retired']);
    expect(await ids(['active', 'retired'])).toEqual(['active', 'retired']);
  });

  it.each<[query: string, message: string]>([
    ['limit=0', 'limit: Input should be greater than or equal to 1'],
    ['limit=1001', 'limit: Input should be less than or equal to 1000'],
    ['after_id=x', 'after_id: There is no model x in this list'],
    ['before_id=a&after_id=b', 'before_id: Cannot be combined with after_id'],
    ['lifecycle[]=old', "lifecycle.0: Input should be 'active' or 'deprecated' or 'retired'"],
    ['color=red', 'color: Extra inputs are not permitted'],
  ])('tells what is wrong with a query: %s', async (query, message) => {
    await clientFor({ body });
    const refused = await fetch(`${app.url}/v1/models?${query}`);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: { type: 'invalid_request_error', message } });
  });
});

describe('a provider that does not say its models', () => {
  it.each<[given: typeof answer, refusal: object]>([
    [
      { status: 401 },
      {
        status: 502,
        type: 'api_error',
        message: "The model provider refused this server's credential (401).",
        shouldRetry: 'false',
      },
    ],
    [{ status: 429 }, { status: 429, type: 'rate_limit_error' }],
    [{ status: 529 }, { status: 529, type: 'overloaded_error' }],
    [{ status: 503 }, { status: 529, type: 'overloaded_error' }],
    [{ status: 500 }, { status: 502, type: 'api_error', message: 'The model provider answered 500.' }],
    [{ body: '<html>' }, { status: 502, type: 'api_error' }],
  ])('is an error that says so: %j', async (given, refusal) => {
    const { models } = await clientFor(given);
    expect(await refusalOf(models.list())).toMatchObject(refusal);
    expect(await refusalOf(models.retrieve('m'))).toMatchObject(refusal);
  });

  it('and is not there is one too', async () => {
    await using away = await startApp();
    const { models } = officialClient('1.12', { baseURL: away.url });
    expect(await refusalOf(models.list())).toEqual({
      status: 502,
      type: 'api_error',
      message: 'The model provider could not be asked. Try again in a moment.',
    });
  });
});
