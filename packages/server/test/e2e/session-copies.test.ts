import type { Anthropic } from '@anthropic-ai/sdk';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';
import { officialClient } from '../api/sdk/recording-client.ts';
import { FORK_EXTENSIONS, uuidOf } from '../api/sdk/session-lab.ts';
import { makeDataDir, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import { startRecorder, type Recorder } from '../support/recorder.ts';
import { until } from '../support/until.ts';

type Session = Anthropic.Beta.BetaManagedAgentsSession;

let model: Awaited<ReturnType<typeof startDemoModel>>;
let recorder: Recorder;
let dataDir: Awaited<ReturnType<typeof makeDataDir>>;
let server: BullpenProcess;
beforeAll(async () => {
  model = await startDemoModel({ clock: systemClock });
  recorder = await startRecorder(model.url);
  dataDir = await makeDataDir();
  const env = { ANTHROPIC_BASE_URL: recorder.url, ANTHROPIC_API_KEY: 'sk-test' };
  server = await startBullpen(dataDir.path, [], env);
});
afterAll(async () => {
  for (const part of [server, dataDir, recorder, model]) await part[Symbol.asyncDispose]();
});

/** Says something in a session, and waits for the end: what the model was asked then. */
async function say(client: Anthropic, { id }: Session, text: string): Promise<string> {
  const event = { type: 'user.message' as const, content: [{ type: 'text' as const, text }] };
  const { data: [sent] = [] } = await client.beta.sessions.events.send(id, { events: [event] });
  await until('the session has answered', async () => {
    const events = (await client.beta.sessions.events.list(id)).data;
    const isTaken = events.some((one) => one.id === sent?.id);
    return isTaken && events.at(-1)?.type === 'session.status_idle';
  });
  return recorder.requests.findLast(({ body }) => body.includes(text))?.body ?? '';
}

/** A session that has heard a name and written a file. */
async function begin() {
  const client = officialClient('1.12', { baseURL: server.url, extensions: FORK_EXTENSIONS });
  const { id: environment_id } = await client.beta.environments.create({ name: 'Here' });
  const { id: agent } = await client.beta.agents.create({
    name: 'Writer',
    model: 'claude-opus-5-5',
    tools: [{ type: 'agent_toolset_20260401' }],
  });
  const session = await client.beta.sessions.create({ agent, environment_id });
  const command = JSON.stringify({ command: 'echo from-the-tool > a.txt; cat a.txt' });
  await say(client, session, `My name is Ada. [[tool=Bash ${command}]] [[text=Hello Ada]]`);
  return { client, session, agent, environment_id };
}

const REMEMBERED = ['My name is Ada.', 'from-the-tool', 'Hello Ada'];

function fileOf({ id }: Session): string {
  return join(dataDir.path, 'sessions', uuidOf(id), 'workspace', 'a.txt');
}

it('a fork remembers and has the files; what happens in it stays there, and the other way round', async () => {
  const { client, session } = await begin();
  const forked = await client.post<Session>(`/v1/sessions/${session.id}/fork`);
  expect(readFileSync(fileOf(forked), 'utf8')).toBe('from-the-tool\n');

  const asked = await say(client, forked, 'Only the fork hears this. [[text=Yes]]');
  for (const words of REMEMBERED) expect(asked).toContain(words);
  writeFileSync(fileOf(forked), 'changed');

  const original = await say(client, session, 'Only the original hears this. [[text=Yes]]');
  for (const words of REMEMBERED) expect(original).toContain(words);
  expect(original).not.toContain('Only the fork hears this.');
  expect(readFileSync(fileOf(session), 'utf8')).toBe('from-the-tool\n');

  const again = await say(client, forked, 'And now? [[text=Yes]]');
  expect(again).toContain('Only the fork hears this.');
  expect(again).not.toContain('Only the original hears this.');
  // Each costs what was done in it.
  const { usage } = await client.beta.sessions.retrieve(forked.id);
  const events = (await client.beta.sessions.events.list(forked.id)).data;
  const spans = events.flatMap((event) =>
    event.type === 'span.model_request_end' ? [event.model_usage.output_tokens] : [],
  );
  expect(spans).toHaveLength(2);
  expect(usage.output_tokens).toBe(spans.reduce((sum, tokens) => sum + tokens, 0));

  // The original may go.
  await client.beta.sessions.delete(session.id);
  expect(existsSync(fileOf(session))).toBe(false);
  expect(await say(client, forked, 'Still there? [[text=Yes]]')).toContain('My name is Ada.');
});

it('an exported transcript is what another session remembers', async () => {
  const { client, session, agent, environment_id } = await begin();
  const response = await client.get(`/v1/sessions/${session.id}/transcript`).asResponse();
  const imported = await client.post<Session>('/v1/sessions/import', {
    body: await response.text(),
    query: { agent, environment_id, title: 'Imported' },
    headers: { 'content-type': 'application/jsonl' },
  });
  const asked = await say(client, imported, 'Who am I? [[text=Ada]]');
  for (const words of REMEMBERED) expect(asked).toContain(words);
  expect(await say(client, imported, 'And again? [[text=Ada]]')).toContain('Who am I?');
});
