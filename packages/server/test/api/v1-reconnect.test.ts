import type { Anthropic } from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { startInstantAgents } from '../support/instant-agents.ts';
import { soakRounds } from '../support/soak.ts';
import { readStream } from '../support/sse-client.ts';
import { officialClient } from './sdk/recording-client.ts';
import { startSessionLab, type SessionLab } from './sdk/session-lab.ts';

/** Events of a turn are 8 and one for each line. */
const LINES = 40;
const TURNS = soakRounds(5);
const IDLE = 'session.status_idle';

/** The same numbers every time, from 0 to 1. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 0x7fffffff) / 0x7fffffff;
}

/** A turn with many events. */
async function talk({ beta: { sessions } }: Anthropic, id: string): Promise<void> {
  const text = Array.from({ length: LINES }, (_, line) => `Line ${line}`).join('\n');
  await sessions.events.send(id, { events: [{ type: 'user.message', content: [{ type: 'text', text }] }] });
  for await (const { type } of await sessions.events.stream(id)) if (type === IDLE) break;
}

async function listIds({ beta: { sessions } }: Anthropic, id: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const event of sessions.events.list(id)) ids.push(event.id);
  return ids;
}

/** What a client has heard that is cut off again and again, to the end of the last turn. */
interface Heard {
  ids: string[];
  ends: number;
  connections: number;
}

/** Begins with the first event in `heard`. */
type Follow = (lab: SessionLab, id: string, heard: Heard, random: () => number) => Promise<void>;

/** A few events, or, when luck has it, so many that it is cut off in the middle of nothing. */
function fewOf(random: () => number): number {
  return 1 + Math.floor(random() * 12);
}

/** As browsers do it, or by the query. */
const resume =
  (how: 'last-event-id' | 'after'): Follow =>
  async ({ app }, id, heard, random) => {
    const url = `${app.url}/v1/sessions/${id}/events/stream`;
    while (heard.ends < TURNS) {
      const last = heard.ids.at(-1);
      heard.connections++;
      const frames = how === 'after' ? readStream(`${url}?after=${last}`) : readStream(url, last);
      let left = fewOf(random);
      for await (const { event, id: frameId } of frames) {
        if (frameId === undefined) continue;
        heard.ids.push(frameId);
        if (event === IDLE) heard.ends++;
        if (--left === 0 || heard.ends === TURNS) break;
      }
    }
  };

/** The recipe of the hosted API: open the stream, list what there is, leave out what is known by its id. */
const listAndStream: Follow = async ({ app }, id, heard, random) => {
  // Not the program that sends: what it has seen in a list, it is not told again.
  const { events } = officialClient('1.12', { baseURL: app.url, apiKey: 'another' }).beta.sessions;
  const known = new Set(heard.ids);
  const hear = (event: { id?: string; type: string }): void => {
    if (event.id === undefined || known.has(event.id)) return;
    known.add(event.id);
    heard.ids.push(event.id);
    if (event.type === IDLE) heard.ends++;
  };
  while (heard.ends < TURNS) {
    heard.connections++;
    const stream = await events.stream(id);
    for await (const event of events.list(id)) hear(event);
    let left = fewOf(random);
    if (heard.ends < TURNS) {
      for await (const event of stream) {
        hear(event);
        if (--left === 0 || heard.ends === TURNS) break;
      }
    }
    stream.controller.abort();
  }
};

describe('/v1 streams that are cut off again and again', () => {
  it.each([
    ['with Last-Event-ID', resume('last-event-id')],
    ['with ?after=', resume('after')],
    ['with a list after each start', listAndStream],
  ] satisfies [string, Follow][])(
    'bring every event once and in order: %s',
    async (_name, follow) => {
      await using lab = await startSessionLab();
      await using _agents = startInstantAgents(lab.app.store);
      const { id } = await lab.client.beta.sessions.create(lab.made);
      await talk(lab.client, id);
      const [first = ''] = await listIds(lab.client, id);
      const clients = [11, 4711].map((seed) => ({
        heard: { ids: [first], ends: 0, connections: 0 },
        random: randomFrom(seed),
      }));
      const following = clients.map(({ heard, random }) => follow(lab, id, heard, random));
      for (let turn = 1; turn < TURNS; turn++) await talk(lab.client, id);
      await Promise.all(following);
      const all = await listIds(lab.client, id);
      expect(all).toHaveLength(TURNS * (LINES + 8));
      for (const { heard } of clients) {
        expect(heard.ids).toEqual(all);
        // A list brings all that there is at once: how often it is cut off then is a matter of luck.
        expect(heard.connections).toBeGreaterThan(follow === listAndStream ? 1 : TURNS);
      }
    },
    60_000 * soakRounds(1),
  );
});
