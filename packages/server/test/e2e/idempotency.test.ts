import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { call, type Answer, type ListedSession } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { soakRounds } from '../support/soak.ts';

const FLAGS = ['--max-agents', '1'];

interface Started {
  session_id: string;
  message: string;
}

function post(url: string, key: string, prompt = '[[text=Hi]]'): Promise<Answer<Started>> {
  return call<Started>(url, 'POST', '/execute/', { prompt }, { 'idempotency-key': key });
}

it('a request that was acknowledged before a crash (SIGKILL) is not carried out again after it', async () => {
  await using dataDir = await makeDataDir();
  let before: Answer<Started>;
  {
    await using server = await startBullpen(dataDir.path, FLAGS);
    before = await post(server.url, 'order-1');
    await server.stop('SIGKILL');
  }
  await using server = await startBullpen(dataDir.path, FLAGS);
  const after = await post(server.url, 'order-1');
  expect(after.headers.get('idempotent-replayed')).toBe('true');
  expect(after.body).toEqual(before.body);
  const { body: sessions } = await call<ListedSession[]>(server.url, 'GET', '/sessions/');
  expect(sessions.map((session) => session.session_id)).toEqual([before.body.session_id]);
  expect((await post(server.url, 'order-1', 'another')).status).toBe(409);
});

it('requests that a crash cut off are carried out once when they are repeated', async () => {
  await using dataDir = await makeDataDir();
  const acknowledged = new Map<string, string>();
  const sent: string[] = [];
  const rounds = soakRounds(2);
  for (let round = 0; round <= rounds; round++) {
    await using server = await startBullpen(dataDir.path, FLAGS);
    const note = async (key: string): Promise<void> => {
      const { body } = await post(server.url, key);
      expect(acknowledged.get(key) ?? body.session_id).toBe(body.session_id);
      acknowledged.set(key, body.session_id);
    };
    await Promise.all(sent.map(note));
    const { body: sessions } = await call<ListedSession[]>(server.url, 'GET', '/sessions/');
    expect(sessions.map((session) => session.session_id).toSorted()).toEqual(
      [...acknowledged.values()].toSorted(),
    );
    expect(acknowledged.size).toBe(sent.length);
    if (round === rounds) break;

    const keys = Array.from({ length: 20 }, (_, index) => `round ${round}, ${index}`);
    sent.push(...keys);
    // Some are answered by then, some stored, some on their way.
    const requests = keys.map((key) => note(key).catch(() => undefined));
    await sleep(Math.random() * 30);
    await server.stop('SIGKILL');
    await Promise.all(requests);
  }
});
