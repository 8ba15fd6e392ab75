import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import type { Store } from '#src/store/store.ts';
import { until } from '../support/until.ts';
import type { SdkVersion } from '../support/sdk/packages.ts';
import { startInstantAgents } from '../support/instant-agents.ts';
import { officialClient } from './sdk/recording-client.ts';
import { startSessionLab, uuidOf, type SessionLab } from './sdk/session-lab.ts';

/** How often each program asks, by its SDK. */
const ROUNDS: [SdkVersion, number][] = [
  ['1.12', 50],
  ['0.120', 5],
  ['0.95', 5],
];

type Stream = Awaited<ReturnType<Anthropic['beta']['sessions']['events']['stream']>>;

/** What a program hears of one round. */
const wholeRound = (text: string): unknown[] => [
  'session.status_running',
  'session.thread_status_running',
  'user.message',
  'span.model_request_start',
  ['agent.message', text],
  'span.model_request_end',
  'session.thread_status_idle',
  'session.usage',
  'session.status_idle',
];

/** As every quickstart does: until the session is idle. */
async function hear(stream: Stream): Promise<unknown[]> {
  const heard: unknown[] = [];
  for await (const event of stream) {
    const [block] = event.type === 'agent.message' ? event.content : [];
    heard.push(block?.type === 'text' ? [event.type, block.text] : event.type);
    if (event.type === 'session.status_idle') break;
  }
  return heard;
}

type Loop = (client: Anthropic, id: string, text: string, store: Store) => Promise<unknown[]>;

async function say(client: Anthropic, id: string, text: string): Promise<void> {
  await client.beta.sessions.events.send(id, {
    events: [{ type: 'user.message', content: [{ type: 'text', text }] }],
  });
}

/** Each with the part of all rounds that it makes: beside a watcher the last one waits a while in every round. */
const LOOPS: Record<string, [Loop, number]> = {
  'sends first and listens then': [
    async (client, id, text) => {
      await say(client, id, text);
      return hear(await client.beta.sessions.events.stream(id));
    },
    1,
  ],
  'listens first and sends then': [
    async (client, id, text) => {
      const stream = await client.beta.sessions.events.stream(id);
      await say(client, id, text);
      return hear(stream);
    },
    1,
  ],
  'sends first and listens when all is over': [
    async (client, id, text, store) => {
      await say(client, id, text);
      await until('the turn is over', async () => {
        const view = await store.readSession(DEFAULT_TENANT, uuidOf(id));
        return view?.session.state === 'completed';
      });
      return hear(await client.beta.sessions.events.stream(id));
    },
    1 / 5,
  ],
};

/** Somebody who never sends anything. */
async function watch(client: Anthropic, id: string) {
  const stream = await client.beta.sessions.events.stream(id);
  const ids: string[] = [];
  const watching = (async () => {
    for await (const event of stream) if ('id' in event) ids.push(event.id);
  })();
  return {
    /** Has heard all that there is: once each, and in order. */
    async hasHeard(all: string[]): Promise<void> {
      await until('a watcher has heard as much as there is', () => ids.length >= all.length);
      expect(ids).toEqual(all);
    },
    async leave(): Promise<void> {
      stream.controller.abort();
      await watching;
    },
  };
}

/** Listens to a session while something is done with it: as the same program once more, and as another one. */
async function beside(
  { app, client: other }: SessionLab,
  client: Anthropic,
  id: string,
  work: () => Promise<void>,
): Promise<void> {
  const stranger = officialClient('1.12', { baseURL: app.url, apiKey: 'key-of-another-program' });
  const watchers = [await watch(client, id), await watch(stranger, id)];
  await work();
  const all: string[] = [];
  for await (const event of other.beta.sessions.events.list(id)) all.push(event.id);
  for (const watcher of watchers) {
    await watcher.hasHeard(all);
    await watcher.leave();
  }
}

describe.each(ROUNDS)('a program with SDK %s, however fast the model is', (version, all) => {
  describe.each(Object.entries(LOOPS))('that %s', (_name, [loop, part]) => {
    const rounds = all * part;

    it('hears each turn of a session whole, and no older one', async () => {
      await using lab = await startSessionLab();
      await using _agents = startInstantAgents(lab.app.store);
      const client = officialClient(version, { baseURL: lab.app.url });
      const { id } = await client.beta.sessions.create(lab.made);
      await beside(lab, client, id, async () => {
        for (let round = 0; round < rounds; round++) {
          expect(await loop(client, id, `Round ${round}`, lab.app.store)).toEqual(
            wholeRound(`Round ${round}`),
          );
        }
      });
    });

    it('hears the first turn of each session whole', async () => {
      await using lab = await startSessionLab();
      await using _agents = startInstantAgents(lab.app.store);
      const client = officialClient(version, { baseURL: lab.app.url });
      for (let round = 0; round < rounds; round++) {
        const { id } = await client.beta.sessions.create(lab.made);
        const hearRound = async (): Promise<void> => {
          expect(await loop(client, id, `Round ${round}`, lab.app.store)).toEqual(
            wholeRound(`Round ${round}`),
          );
        };
        await (round < 10 ? beside(lab, client, id, hearRound) : hearRound());
      }
    });
  });

  it('that begins a session with its first message hears its turn whole', async () => {
    await using lab = await startSessionLab();
    await using _agents = startInstantAgents(lab.app.store);
    const client = officialClient(version, { baseURL: lab.app.url });
    for (let round = 0; round < all; round++) {
      const text = `Round ${round}`;
      const initial_events = [{ type: 'user.message' as const, content: [{ type: 'text' as const, text }] }];
      const { id } = await client.beta.sessions.create({ ...lab.made, initial_events });
      expect(await hear(await client.beta.sessions.events.stream(id))).toEqual(wholeRound(text));
    }
  });
});
