import { setTimeout as sleep } from 'node:timers/promises';
import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { noteSeen } from '#src/sessions/sent.ts';
import type { Sessions } from '#src/sessions/sessions.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import { startInstantAgents } from '../support/instant-agents.ts';
import { until } from '../support/until.ts';
import { startSessionLab, uuidOf } from './sdk/session-lab.ts';

type Events = Anthropic['beta']['sessions']['events'];
type Stream = Awaited<ReturnType<Events['stream']>>;

/** The texts of the agent until the session is idle; `beforeLeaving`: what is done while the stream is still open. */
async function hear(stream: Stream, beforeLeaving?: () => Promise<void>): Promise<string[]> {
  const texts: string[] = [];
  for await (const event of stream) {
    const [block] = event.type === 'agent.message' ? event.content : [];
    if (block?.type === 'text') texts.push(block.text);
    if (event.type !== 'session.status_idle') continue;
    await beforeLeaving?.();
    break;
  }
  return texts;
}

async function say(events: Events, id: string, text: string): Promise<void> {
  await events.send(id, { events: [{ type: 'user.message', content: [{ type: 'text', text }] }] });
}

/** With a part of the server's use cases replaced, by what has its store. */
async function startLab(replace: (store: () => Store) => Partial<Sessions>) {
  const made: { store?: Store } = {};
  const lab = await startSessionLab({
    sessions: replace(() => {
      if (!made.store) throw new Error('It is not there yet.');
      return made.store;
    }),
  });
  made.store = lab.app.store;
  return lab;
}

describe('a stream after one that was read to the end of its turn', () => {
  it('does not begin with that turn again, however slow the disk is on which that was noted', async () => {
    await using lab = await startLab((store) => ({
      noteSeen: async (tenantId, sessionId, client, seq) => {
        await sleep(300);
        await noteSeen(store(), { tenantId, sessionId }, client, seq);
      },
    }));
    await using _agents = startInstantAgents(lab.app.store);
    const { events } = lab.client.beta.sessions;
    const { id } = await lab.client.beta.sessions.create(lab.made);
    for (const text of ['One', 'Two', 'Three']) {
      const stream = await events.stream(id);
      await say(events, id, text);
      expect(await hear(stream)).toEqual([text]);
    }
  });

  it('does not begin with that turn again when it is closed just as the next one opens', async () => {
    let read: Promise<void> | undefined;
    await using lab = await startLab((store) => ({
      // What was read stays as it was for a while before it is used.
      find: async (tenantId, sessionId) => {
        const view = await store().readSession(tenantId, sessionId);
        const waited = read;
        read = undefined;
        await waited;
        return view;
      },
    }));
    await using _agents = startInstantAgents(lab.app.store);
    const { events } = lab.client.beta.sessions;
    const { id } = await lab.client.beta.sessions.create(lab.made);
    const first = await events.stream(id);
    await say(events, id, 'One');
    let use = (): void => undefined;
    let opening: Promise<Stream> | undefined;
    const heard = await hear(first, async () => {
      read = new Promise((resolve) => (use = resolve));
      opening = Promise.resolve(events.stream(id));
      await until('the session was read for the next stream', () => read === undefined);
    });
    expect(heard).toEqual(['One']);
    await until('it is noted that the first one was seen', async () => {
      const view = await lab.app.store.readSession(DEFAULT_TENANT, uuidOf(id));
      return Object.keys(view?.head.sent ?? {}).length === 0;
    });
    use();
    const second = await opening;
    await say(events, id, 'Two');
    expect(second && (await hear(second))).toEqual(['Two']);
  });
});
