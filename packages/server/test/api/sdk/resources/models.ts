import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';

/** Calls each method of `client.models` and `client.beta.models` with each of its parameters, in demo mode. */
export async function callModels({ models, beta }: Anthropic): Promise<void> {
  for (const resource of [models, beta.models]) {
    const ids: string[] = [];
    for await (const { id } of resource.list({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(['claude-opus-5-5', 'claude-sonnet-5-5', 'claude-haiku-4-5']);

    const middle = await resource.list({ after_id: 'claude-opus-5-5', limit: 1 });
    expect(middle).toMatchObject({ has_more: true, first_id: 'claude-sonnet-5-5' });
    const before = await resource.list({ before_id: 'claude-sonnet-5-5' });
    expect(before.data.map(({ id }) => id)).toEqual(['claude-opus-5-5']);
    expect(before.has_more).toBe(false);
    expect((await resource.list({ lifecycle: ['deprecated', 'retired'] })).data).toEqual([]);

    expect(await resource.retrieve('claude-opus-5-5')).toEqual(before.data[0]);
  }
}

/** What `client.models` does not declare of what it gets: its request is the same as that of `client.beta.models`. */
export const MODEL_EXTENSIONS = {
  ModelInfo: ['allowed_fallback_models'],
  ModelCapabilities: ['compaction'],
};
