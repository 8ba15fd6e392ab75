import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';

/** Calls each method of `client.beta.sessions.resources` with each of its parameters. */
export async function callResources({ beta }: Anthropic): Promise<void> {
  const { resources } = beta.sessions;
  const agent = await beta.agents.create({ name: 'Reader', model: 'claude-opus-5-5' });
  const environment = await beta.environments.create({ name: 'Desk' });
  const repository = {
    type: 'github_repository' as const,
    url: 'https://github.com/example/repository',
    authorization_token: 'ghp_first',
    checkout: { type: 'branch' as const, name: 'main' },
    mount_path: '/workspace/repository',
  };
  const { id: session_id, resources: given } = await beta.sessions.create({
    agent: agent.id,
    environment_id: environment.id,
    resources: [repository],
  });
  const { authorization_token: _, ...shown } = repository;
  expect(given).toMatchObject([shown]);

  const file = await beta.files.upload({ file: new File(['one'], 'notes.txt') });
  const added = await resources.add(session_id, { type: 'file', file_id: file.id, mount_path: 'notes.txt' });
  expect(added).toMatchObject({ type: 'file', mount_path: '/mnt/session/uploads/notes.txt' });
  expect(await resources.retrieve(added.id, { session_id })).toEqual(added);

  const first = await resources.list(session_id, { limit: 1 });
  expect(first.data).toEqual(given);
  const [cloned] = first.data;
  if (cloned?.type !== 'github_repository') throw new Error('The first resource is no repository.');
  const rest = await resources.list(session_id, { limit: 1, page: first.next_page ?? '' });
  expect(rest).toMatchObject({ data: [added], next_page: null });

  const rotated = await resources.update(cloned.id, {
    session_id,
    authorization_token: 'ghp_second',
  });
  expect(rotated).toMatchObject(shown);
  expect(JSON.stringify(rotated)).not.toContain('ghp_');
  expect(await resources.delete(added.id, { session_id })).toEqual({
    id: added.id,
    type: 'session_resource_deleted',
  });
  await beta.sessions.delete(session_id);
}
