import { once } from 'node:events';
import { connect } from 'node:net';
import type { Anthropic } from '@anthropic-ai/sdk';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EventReader } from '../support/event-reader.ts';
import { startToldAgents, type ToldAgent, type ToldAgents } from '../support/told-agents.ts';
import { readStream } from '../support/sse-client.ts';
import { until } from '../support/until.ts';
import { officialClient } from './sdk/recording-client.ts';
import { HELLO, startSessionLab, uuidOf, type SessionLab } from './sdk/session-lab.ts';

const START = 'span.model_request_start';
/** So many reads of the store a stream needs at least to begin. */
const READS = 4;
/** Which step of the story it is that ends the block. */
const BLOCK_ENDS = 4;

let lab: SessionLab;
let agents: ToldAgents;
let id: string;
let agent: ToldAgent;
beforeEach(async () => {
  lab = await startSessionLab();
  agents = startToldAgents(lab.app.store);
  await begin();
});
afterEach(async () => {
  await agents[Symbol.asyncDispose]();
  await lab[Symbol.asyncDispose]();
});

/** A session whose agent has its prompt. */
async function begin(): Promise<void> {
  ({ id } = await lab.client.beta.sessions.create(lab.made));
  await lab.client.beta.sessions.events.send(id, { events: [HELLO] });
  agent = await agents.agentOf(uuidOf(id));
}
async function end(): Promise<void> {
  await agent.endRequest();
  await agent.finish();
}

/** Follows the session as somebody who has not seen anything of it, or all up to an event. */
async function follow(more: { after?: string | undefined; include?: string[] } = {}): Promise<EventReader> {
  const client: Anthropic = officialClient('1.12', { baseURL: lab.app.url, apiKey: 'another' });
  const params = { event_deltas: ['agent.message' as const, 'agent.thinking' as const], ...more };
  return new EventReader(await client.beta.sessions.events.stream(id, params));
}

/** The event of this type that came last. */
async function idOf(type: string): Promise<string> {
  return until(`${type} is in the log`, async () => {
    const { data } = await lab.client.beta.sessions.events.list(id, { order: 'desc' });
    return data.find((event) => event.type === type)?.id;
  });
}

/** Does `work` within the n-th read of the store from now on, when what it gives has been read. */
function meanwhile(n: number, work: () => Promise<void>) {
  const { store } = lab.app;
  let calls = 0;
  let isDone = false;
  const within = async <Result>(read: Promise<Result>): Promise<Result> => {
    const isIt = calls++ === n;
    const result = await read;
    if (isIt) {
      await work();
      isDone = true;
    }
    return result;
  };
  const { readEvents, readEventsBefore, readSession } = store;
  const spies = [
    vi.spyOn(store, 'readEvents').mockImplementation((...args) => within(readEvents(...args))),
    vi.spyOn(store, 'readEventsBefore').mockImplementation((...args) => within(readEventsBefore(...args))),
    vi.spyOn(store, 'readSession').mockImplementation((...args) => within(readSession(...args))),
  ];
  return {
    get isDone() {
      return isDone;
    },
    [Symbol.dispose]: () => spies.forEach((spy) => spy.mockRestore()),
  };
}

describe('/v1 previews for a reader who comes while text is written', () => {
  it('begin with all that was written so far, go on piece by piece and end as the message', async () => {
    await agent.request();
    await agent.write('One ');
    await agent.write('two ');
    await using early = await follow();
    await early.sees('+ One two ');
    await agent.write('three ');
    await using late = await follow();
    await late.sees('+ One two three ');
    await agent.write('four');
    for (const reader of [early, late]) {
      await reader.sees('+ four');
      expect(reader.accumulated).toBe('One two three four');
    }
    await agent.finishBlock();
    const message = 'message One two three four';
    await Promise.all([early.sees(message), late.sees(message)]);
    expect(early.sinceRequest).toEqual([
      START,
      'start agent.message',
      '+ One two ',
      '+ three ',
      '+ four',
      message,
    ]);
    expect(late.sinceRequest).toEqual([START, 'start agent.message', '+ One two three ', '+ four', message]);
    await end();
  });

  it('are there also for one who goes on after any event before them', async () => {
    await agent.request();
    await agent.write('One ');
    const started = await idOf(START);
    await using fromStart = await follow({ after: started });
    await using fromMessage = await follow({ after: await idOf('user.message') });
    await Promise.all([fromStart.sees('+ One '), fromMessage.sees('+ One ')]);
    expect(fromMessage.sinceRequest).toEqual([START, 'start agent.message', '+ One ']);
    await agent.write('two');
    await agent.finishBlock();
    await Promise.all([fromStart.sees('message One two'), fromMessage.sees('message One two')]);
    expect(fromStart.words).toEqual(['start agent.message', '+ One ', '+ two', 'message One two']);
    await end();
  });

  it('come to one who came after the start of the request and before the first piece', async () => {
    await agent.request();
    await using reader = await follow({ after: await idOf(START) });
    await until('the stream is followed', () => lab.app.store.hints.wantsPreviews(uuidOf(id)));
    await agent.write('One ');
    await agent.write('two');
    await reader.sees('+ two');
    expect(reader.words).toEqual(['start agent.message', '+ One ', '+ two']);
    await agent.finishBlock();
    await end();
  });

  it('are of the block that is open: what was thought before it is an event', async () => {
    await agent.request();
    await agent.write('Let me ', 'thinking');
    await agent.write('see', 'thinking');
    await using early = await follow();
    await early.sees('start agent.thinking');
    const thoughts: unknown[] = [];
    const url = `${lab.app.url}/v1/sessions/${id}/events/stream?event_deltas[]=agent.thinking&include[]=thinking`;
    for await (const { event, data } of readStream(url)) {
      if (event === 'event_delta') {
        thoughts.push((data as { delta: { content: unknown } }).delta.content);
        await agent.finishBlock();
      }
      if (event === 'agent.thinking') break;
    }
    expect(thoughts).toEqual([{ type: 'thinking', thinking: 'Let me see' }]);
    await agent.write('It ');
    await agent.write('is ');
    await using late = await follow();
    await late.sees('+ It is ');
    await agent.write('so.');
    await agent.finishBlock();
    await Promise.all([early.sees('message It is so.'), late.sees('message It is so.')]);
    const written = ['start agent.message', '+ It is ', '+ so.', 'message It is so.'];
    expect(late.sinceRequest).toEqual([START, 'agent.thinking', ...written]);
    expect(messagesOf(early.words)).toEqual(['It is so.']);
    expect(early.words.filter((word) => word.endsWith('agent.thinking'))).toEqual([
      'start agent.thinking',
      'agent.thinking',
    ]);
    await end();
  });

  it.each([1, 3, 4, 7])(
    'have all of it once, also when the next %i things happen while the reader comes',
    async (many) => {
      for (const isReconnect of [false, true]) {
        for (let read = 0; read < READS; read++) {
          await begin();
          await agent.request();
          await agent.write('One ');
          const after = isReconnect ? await idOf(START) : undefined;
          const story = createStory();
          const tell = async (steps: typeof story): Promise<void> => {
            for (const step of steps) await step();
          };
          using happens = meanwhile(read, () => tell(story.slice(0, many)));
          await using reader = await follow({ after });
          await until('it has happened', () => happens.isDone);
          if (many < BLOCK_ENDS) await reader.sees('start agent.message');
          await tell(story.slice(many));
          await reader.sees('session.status_idle');
          expect(messagesOf(reader.words)).toEqual(['One two three four', 'Then more']);
        }
      }
    },
  );

  it('come when the start of their request is in the log, however long that takes', async () => {
    const { store } = lab.app;
    const { commit } = store;
    let letGo = (): void => undefined;
    const held = new Promise<void>((resolve) => (letGo = resolve));
    await using early = await follow();
    await early.sees('user.message');
    using _spy = vi.spyOn(store, 'commit').mockImplementation(async (...args) => {
      await held;
      return commit(...args);
    });
    await agent.request();
    await agent.write('One ');
    await using late = await follow();
    await agent.write('two ');
    await late.sees('user.message');
    expect([...early.words, ...late.words].filter((word) => /^(start|\+) /.test(word))).toEqual([]);
    letGo();
    for (const reader of [early, late]) {
      await reader.sees('+ One two ');
      expect(reader.sinceRequest).toEqual([START, 'start agent.message', '+ One two ']);
    }
    await agent.finishBlock();
    await end();
  });

  it('come to one who reads slowly in fewer pieces, with nothing missing', async () => {
    await agent.request();
    const { hostname, port } = new URL(lab.app.url);
    const socket = connect(Number(port), hostname);
    const path = `/v1/sessions/${id}/events/stream?event_deltas[]=agent.message`;
    socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    const pieces = Array.from({ length: 80 }, (_, index) => `${index} `.repeat(50_000));
    for (const piece of pieces) await agent.write(piece);
    let received = '';
    socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    socket.resume();
    await until('it has caught up', async () => {
      await agent.write('.');
      pieces.push('.');
      return received.includes('."}');
    });
    const deltas = [...received.matchAll(/"text":"([\d .]*)"/g)].map(([, text = '']) => text);
    expect(deltas.length).toBeLessThan(80);
    expect(deltas.join('')).toBe(pieces.join('').slice(0, deltas.join('').length));
    socket.destroy();
    await end();
  });
});

describe('/v1 previews of what nobody writes any more', () => {
  it.each([
    ['its request has ended', () => agent.endRequest()],
    ['its request was begun again', () => agent.request()],
    ['the agent has died', () => agent.kill()],
  ])('are not there: %s', async (_how, stop) => {
    const written = () => lab.app.store.hints.written(uuidOf(id))?.blocks ?? [];
    await agent.request();
    await agent.write('One ');
    expect(written()).toMatchObject([{ offset: 0, text: 'One ' }]);
    await stop();
    await until('it is forgotten', () => written().length === 0);
    await using reader = await follow({ after: await idOf('user.message') });
    await reader.sees(START);
    expect(reader.words).not.toContain('start agent.message');
  });

  it('are not there when their turn is over, and neither is anything else of it', async () => {
    await agent.request();
    await agent.write('One ');
    await end();
    const { hints } = lab.app.store;
    await until('it is forgotten', () => hints.written(uuidOf(id)) === undefined);
  });
});

/** What happens after the first words were written. */
function createStory(): (() => Promise<unknown>)[] {
  return [
    () => agent.write('two '),
    () => agent.write('three '),
    () => agent.write('four'),
    () => agent.finishBlock().then(() => idOf('agent.message')),
    () => agent.endRequest().then(() => idOf('span.model_request_end')),
    () => agent.request(),
    () => agent.write('Then '),
    () => agent.write('more'),
    () => agent.finishBlock(),
    () => end(),
  ];
}

/** The messages; fails if the pieces of one do not stand before it, or are not its text. */
function messagesOf(words: readonly string[]): string[] {
  const messages: string[] = [];
  let written: string | undefined;
  for (const word of words) {
    const [, kind = '', text = ''] = /^(\+|message|start|\S+) ?(.*)$/.exec(word) ?? [];
    if (word === 'start agent.message') {
      expect(written).toBeUndefined();
      written = '';
    } else if (kind === '+') {
      expect(written).toBeDefined();
      written += text;
    } else if (kind === 'message') {
      expect(written ?? text).toBe(text);
      written = undefined;
      messages.push(text);
    } else if (kind === START) expect(written).toBeUndefined();
  }
  return messages;
}
