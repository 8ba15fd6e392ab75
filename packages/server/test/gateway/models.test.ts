import { describe, expect, it } from 'vitest';
import { ModelsUnavailable, type Models } from '#src/domain/models.ts';
import { createModels } from '#src/gateway/models.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { startModelProvider, type ModelProvider } from '../support/model-provider.ts';

const LIST = '/v1/models?limit=1000';
const MINUTE = 60_000;
const current = { withRetired: false };

interface World extends AsyncDisposable {
  provider: ModelProvider;
  clock: ManualClock;
  models: Models;
  stopping: AbortController;
}

async function startWorld(answer: ModelProvider['answer']): Promise<World> {
  const provider = await startModelProvider(answer);
  const clock = new ManualClock(1);
  const stopping = new AbortController();
  const upstream = { url: `${provider.url}/base`, headers: { 'x-api-key': 'operator' } };
  const models = createModels(upstream, clock, stopping.signal, { answerMs: 300 });
  return {
    provider: Object.assign(provider, { answer: (target: string) => answer(target.replace(/^\/base/, '')) }),
    clock,
    models,
    stopping,
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}

const targets = ({ provider }: World): string[] => provider.asked.map(({ target }) => target);

describe('the models of the provider', () => {
  it('are asked for with the operator’s credential, page by page', async () => {
    await using world = await startWorld((target) => {
      if (target === LIST)
        return { body: { data: [{ id: 'a', x: 1 }, { id: 'b' }], has_more: true, last_id: 'b' } };
      if (target === `${LIST}&after_id=b`) return { body: { data: [{ id: 'c' }], has_more: false } };
      return { status: 404 };
    });
    expect(await world.models.list(current)).toEqual([{ id: 'a', x: 1 }, { id: 'b' }, { id: 'c' }]);
    expect(targets(world)).toEqual([`/base${LIST}`, `/base${LIST}&after_id=b`]);
    expect(world.provider.asked[0]?.headers).toMatchObject({
      'x-api-key': 'operator',
      'anthropic-version': '2023-06-01',
    });
  });

  it('are asked for once in five minutes, however many ask', async () => {
    await using world = await startWorld((target) =>
      target === LIST ? { body: { data: [{ id: 'a' }] } } : { body: { id: 'b' } },
    );
    const { models, clock } = world;
    await Promise.all([models.list(current), models.list(current), models.find('b'), models.find('b')]);
    await clock.set(5 * MINUTE);
    await models.list(current);
    await models.find('b');
    expect(targets(world)).toHaveLength(2);
    await clock.set(5 * MINUTE + 1);
    await models.list(current);
    await models.find('b');
    expect(targets(world)).toHaveLength(4);
  });

  it('are those in use, and the retired ones when they are asked for', async () => {
    await using world = await startWorld((target) => ({ body: { data: [{ id: target }] } }));
    expect(await world.models.list(current)).toEqual([{ id: LIST }]);
    const all = `${LIST}&lifecycle[]=active&lifecycle[]=deprecated&lifecycle[]=retired`;
    expect(await world.models.list({ withRetired: true })).toEqual([{ id: all }]);
  });
});

describe('one model', () => {
  it('is asked for by its name, so that the provider may know more names than it lists', async () => {
    await using world = await startWorld((target) =>
      target === '/v1/models/us%2Fopus%3Fa' ? { body: { id: 'opus' } } : { status: 404 },
    );
    expect(await world.models.find('us/opus?a')).toEqual({ id: 'opus' });
    expect(await world.models.find('sonnet')).toBe(undefined);
    // It may come, so it is asked for again.
    expect(await world.models.find('sonnet')).toBe(undefined);
    expect(targets(world)).toHaveLength(3);
  });

  it.each(['', '.', '..'])('has no name that leads elsewhere: "%s"', async (id) => {
    await using world = await startWorld(() => ({ body: { id: 'a' } }));
    expect(await world.models.find(id)).toBe(undefined);
    expect(targets(world)).toEqual([]);
  });
});

describe('a provider in trouble', () => {
  it.each<[why: string, answer: ReturnType<ModelProvider['answer']>, expected: object]>([
    ['limits the rate', { status: 429, headers: { 'retry-after': '7' } }, { status: 429, retryAfter: '7' }],
    ['refuses the credential', { status: 401 }, { status: 401 }],
    ['has no such list', { status: 404 }, { status: 404 }],
    ['leads elsewhere', { status: 302, headers: { location: '/' } }, { status: 302 }],
    ['answers no JSON', { body: '<html>' }, { status: undefined }],
    ['answers something else', { body: { models: [] } }, { status: undefined }],
    ['does not answer', undefined, { status: undefined }],
  ])('that %s is told of, and asked again', async (_why, answer, expected) => {
    let trouble = true;
    await using world = await startWorld(() => (trouble ? answer : { body: { data: [] } }));
    const asking = world.models.list(current);
    await expect(asking).rejects.toThrow(ModelsUnavailable);
    await expect(asking).rejects.toMatchObject(expected);
    trouble = false;
    expect(await world.models.list(current)).toEqual([]);
  });

  it('that is away is told of', async () => {
    const world = await startWorld(() => undefined);
    await world[Symbol.asyncDispose]();
    await expect(world.models.find('a')).rejects.toMatchObject({ status: undefined });
  });

  it('keeps nobody waiting when the server stops', async () => {
    await using world = await startWorld(() => undefined);
    const asking = world.models.list(current);
    world.stopping.abort();
    await expect(asking).rejects.toThrow(ModelsUnavailable);
  });
});
