import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';

/** Calls each method of `client.beta.environments` with each of its parameters. */
export async function callEnvironments({ beta: { environments } }: Anthropic): Promise<void> {
  const made = await environments.create({
    name: 'Sandbox',
    description: 'Where agents work.',
    config: {
      type: 'cloud',
      networking: { type: 'unrestricted' },
      packages: { type: 'packages', apt: [], cargo: [], gem: [], go: null, npm: [], pip: [] },
    },
    metadata: { team: 'docs' },
    scope: 'organization',
  });
  const other = await environments.create({ name: 'Sandbox' });
  expect(other).toEqual({
    ...made,
    id: other.id,
    description: '',
    metadata: {},
    created_at: other.created_at,
    updated_at: other.created_at,
  });

  const changed = await environments.update(made.id, {
    name: 'Sandbox 2',
    description: 'Where they work.',
    config: { type: 'cloud' },
    metadata: { team: '', place: 'here' },
    scope: 'organization',
  });
  expect(changed).toEqual({
    ...made,
    name: 'Sandbox 2',
    description: 'Where they work.',
    metadata: { place: 'here' },
    updated_at: changed.updated_at,
  });
  expect(await environments.retrieve(made.id)).toEqual(changed);

  const archived = await environments.archive(other.id);
  expect(archived.archived_at).not.toBe(null);
  expect((await environments.list()).data).toEqual([changed]);
  const first = await environments.list({ include_archived: true, limit: 1 });
  expect(first.data).toEqual([archived]);
  const second = await environments.list({ include_archived: true, limit: 1, page: first.next_page ?? '' });
  expect(second).toMatchObject({ data: [changed], next_page: null });

  for (const { id } of [made, other]) {
    expect(await environments.delete(id)).toEqual({ id, type: 'environment_deleted' });
  }
  expect((await environments.list({ include_archived: true })).data).toEqual([]);
}
