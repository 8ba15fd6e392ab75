import type { Anthropic } from '@anthropic-ai/sdk';
import { expect } from 'vitest';
import { refusalOf } from '../../../support/sdk/refusal.ts';

/** Calls each method of `client.beta.sessions.threads` with each of its parameters. `session_id`: of one that has worked; it is archived. */
export async function callThreads({ beta: { sessions } }: Anthropic, session_id: string): Promise<void> {
  const { threads } = sessions;
  const { data, next_page } = await threads.list(session_id, { limit: 5, statuses: ['idle'] });
  expect(next_page).toBeNull();
  const [thread] = data;
  const id = thread?.id ?? '';
  expect(data).toMatchObject([{ session_id, parent_thread_id: null, status: 'idle' }]);
  expect(await threads.retrieve(id, { session_id })).toMatchObject({ id, usage: thread?.usage });
  expect((await threads.list(session_id, { statuses: ['running'] })).data).toEqual([]);

  const all = await sessions.events.list(session_id);
  const first = await threads.events.list(id, { session_id, limit: 2 });
  expect(first.data).toEqual(all.data.slice(0, 2));
  const rest = await threads.events.list(id, { session_id, page: first.next_page ?? '' });
  expect(rest.data).toEqual(all.data.slice(2));
  await expect(threads.list(session_id, { page: first.next_page ?? '' })).rejects.toMatchObject({
    status: 400,
  });

  const stream = await threads.events.stream(id, { session_id, event_deltas: ['agent.message'] });
  const text = '[[text=Hello again]]';
  await sessions.events.send(session_id, {
    events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
  });
  const heard: string[] = [];
  for await (const { type } of stream) {
    heard.push(type);
    if (type === 'session.status_idle') break;
  }
  expect(heard).toEqual(expect.arrayContaining(['session.thread_status_running', 'agent.message']));

  expect(await refusalOf(threads.archive(id, { session_id }))).toMatchObject({ status: 400 });
  await sessions.archive(session_id);
  expect(await threads.archive(id, { session_id })).toMatchObject({ id, status: 'terminated' });
}
