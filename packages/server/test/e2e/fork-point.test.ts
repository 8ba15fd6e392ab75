import type { Anthropic } from '@anthropic-ai/sdk';
import { writeFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDemoModel } from '#src/demo-model/server.ts';
import { systemClock } from '#src/lib/clock.ts';
import { formatPrefixedId } from '#src/lib/ids.ts';
import { z } from 'zod';
import { officialClient } from '../api/sdk/recording-client.ts';
import { FORK_EXTENSIONS, uuidOf } from '../api/sdk/session-lab.ts';
import { execute } from '../support/api-client.ts';
import { makeDataDir, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import {
  createManaged,
  openManaged,
  type ManagedSession,
  type SeenEvent,
} from '../support/managed-sessions.ts';
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
  server = await startBullpen(dataDir.path, [], { ...env, BULLPEN_IDLE_TTL: '1ms' });
});
afterAll(async () => {
  for (const part of [server, dataDir, recorder, model]) await part[Symbol.asyncDispose]();
});

const connect = () => officialClient('1.12', { baseURL: server.url, extensions: FORK_EXTENSIONS });

function fork(client: Anthropic, id: string, event_id: string): Promise<Session> {
  return client.post<Session>(`/v1/sessions/${id}/fork`, { body: { event_id } });
}

/** Says something, and waits for the end: what the model was told of the conversation. */
async function say(session: ManagedSession, text: string): Promise<string[]> {
  await session.say(text);
  await session.untilIdle();
  return storyOf(
    recorder.requests.find(({ body }) => body.includes(text.split(' [[', 1).join()))?.body ?? '',
  );
}

const block = z.object({
  text: z.string().optional(),
  name: z.string().optional(),
  content: z.unknown().optional(),
});
const request = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(block)]) })),
});

/** What was said and done, without what the agent adds for itself: our own prompts are the ones with directives. */
function storyOf(body: string): string[] {
  return request.parse(JSON.parse(body)).messages.flatMap(({ role, content }) =>
    (typeof content === 'string' ? [{ text: content }] : content).flatMap(
      ({ text, name, content: result }: z.infer<typeof block>) => {
        if (text === undefined) return name ?? JSON.stringify(result);
        return role === 'assistant' ? text : (/^(.*?) \[\[/.exec(text)?.[1] ?? []);
      },
    ),
  );
}

async function idOf(session: ManagedSession, type: string, text: string): Promise<string> {
  return until(`the ${type} "${text}"`, async () => {
    const events: SeenEvent[] = await session.events();
    return events.find((event) => event.type === type && JSON.stringify(event).includes(text))?.id;
  });
}

/** Of work that another client has asked for: a stream tells nothing of it when it is over. */
async function untilItEnds(session: ManagedSession): Promise<void> {
  await idOf(session, 'session.status_idle', 'end_turn');
}

describe('a fork at an event', () => {
  it('remembers an agent’s message and what came before, or all before a client’s message, and no more', async () => {
    const client = connect();
    const source = await createManaged(client, { tools: [{ type: 'agent_toolset_20260401' }] });
    await say(source, 'My name is Ada. [[text=Hello Ada]]');
    const command = JSON.stringify({ command: 'echo seen > a.txt; cat a.txt' });
    await say(source, `Have a look. [[text=I look]] [[tool=Bash ${command}]] [[text=I have seen it]]`);
    await say(source, 'I live in Bern. [[text=A fine town]]');
    const story = [
      'My name is Ada.',
      'Hello Ada',
      'Have a look.',
      'I look',
      'Bash',
      '"seen"',
      'I have seen it',
    ];
    const cases: [type: string, text: string, remembered: number][] = [
      ['agent.message', 'I have seen it', 7],
      ['agent.message', 'I look', 4],
      ['user.message', 'Have a look.', 2],
      ['user.message', 'My name is Ada.', 0],
    ];
    const fileOf = (id: string) => join(dataDir.path, 'sessions', uuidOf(id), 'workspace', 'a.txt');
    writeFileSync(fileOf(source.id), 'as it is now');
    for (const [type, text, count] of cases) {
      const eventId = await idOf(source, type, text);
      const { id, ...made } = await fork(client, source.id, eventId);
      expect(made).toMatchObject({ forked_from: { session_id: source.id, event_id: eventId } });
      expect(readFileSync(fileOf(id), 'utf8')).toBe('as it is now');
      // Each in a process of its own, from what the one before has stored.
      const forked = openManaged(client, id);
      const remembered = [...story.slice(0, count), `Where was I at ${id}?`];
      expect(await say(forked, `Where was I at ${id}? [[text=Here]]`)).toEqual(remembered);
      if (type === 'user.message') continue;
      const again = [...remembered, 'Here', `And now, ${id}?`];
      expect(await say(forked, `And now, ${id}? [[text=There]]`)).toEqual(again);
    }
    const all = [...story, 'I live in Bern.', 'A fine town', 'Still there?'];
    expect(await say(source, 'Still there? [[text=Yes]]')).toEqual(all);
  });

  it('before a message that came while the agent worked remembers the work up to there', async () => {
    const client = connect();
    const source = await createManaged(client, { tools: [{ type: 'agent_toolset_20260401' }] });
    const command = JSON.stringify({ command: 'until test -e go; do sleep 0.1; done; echo went' });
    await source.say(`Wait for me. [[text=I wait]] [[tool=Bash ${command}]] [[text=Over]]`);
    await idOf(source, 'agent.tool_use', 'until test');
    await source.say('Hurry up. [[text=I hurry]]');
    writeFileSync(join(dataDir.path, 'sessions', uuidOf(source.id), 'workspace', 'go'), '');
    await source.listen(({ type }) => type === 'session.status_idle');
    const forked = await fork(client, source.id, await idOf(source, 'user.message', 'Hurry up.'));
    const asked = await say(openManaged(client, forked.id), 'And then? [[text=Here]]');
    expect(asked.slice(0, 4)).toEqual(['Wait for me.', 'I wait', 'Bash', '"went"']);
    expect(asked.at(-1)).toBe('And then?');
    expect(asked.join()).not.toContain('urry');
  });

  it('leaves out what subagents did later', async () => {
    const client = connect();
    const id = await execute(server.url, { prompt: 'Begin. [[text=I begin]]' });
    const source = openManaged(client, formatPrefixedId('sesn', id));
    const first = await idOf(source, 'agent.message', 'I begin');
    await untilItEnds(source);
    await say(source, 'Send one. [[agent=Look [[text=Seen below]]]] [[text=Sent]]');
    const memory = async (sessionId: string) =>
      (await client.get(`/v1/sessions/${sessionId}/transcript`).asResponse()).text();
    expect(await memory(source.id)).toContain('"part":"subagents/');
    const before = await fork(client, source.id, first);
    expect(await memory(before.id)).toContain('I begin');
    expect(await memory(before.id)).not.toContain('Seen below');
    const after = await fork(client, source.id, await idOf(source, 'agent.message', 'Sent'));
    expect(await memory(after.id)).toContain('"part":"subagents/');
  });

  it('can be made of a session of /execute/ that is at work, and goes on with its options', async () => {
    const client = connect();
    const command = JSON.stringify({ command: 'until test -e go; do sleep 0.1; done; echo went' });
    const id = await execute(server.url, {
      prompt: `Wait for me. [[text=I wait]] [[tool=Bash ${command}]] [[text=Over]]`,
      system_prompt: 'You are the porter.',
      allowed_tools: ['Bash'],
    });
    const source = openManaged(client, formatPrefixedId('sesn', id));
    const eventId = await idOf(source, 'agent.message', 'I wait');
    const forked = await until('the point is recorded', () =>
      fork(client, source.id, eventId).catch(() => undefined),
    );
    expect(forked).toMatchObject({
      status: 'idle',
      title: expect.stringMatching(/^Wait for me\..*… \(fork\)$/),
    });
    const asked = await say(openManaged(client, forked.id), 'And? [[text=Here]]');
    expect(asked).toEqual(['Wait for me.', 'I wait', 'And?']);
    expect(recorder.requests.at(-1)?.body).toContain('You are the porter.');
    writeFileSync(join(dataDir.path, 'sessions', id, 'workspace', 'go'), '');
    await untilItEnds(source);
  });
});
