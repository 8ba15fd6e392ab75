import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createFailure } from '#src/domain/failure.ts';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call, execute, type StatusBody } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { createResult } from '../support/scripted-worker.ts';
import { readStream, type Frame } from '../support/sse-client.ts';
import { until } from '../support/until.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

const urlOf = (id: string, query = '') => `${app.url}/sessions/${id}/stream${query}`;

async function createRunning() {
  const id = await execute(app.url, { prompt: 'go' });
  return { id, run: await app.worker.take(id) };
}

async function readAll(url: string, lastEventId?: string): Promise<Frame[]> {
  const frames: Frame[] = [];
  for await (const frame of readStream(url, lastEventId)) frames.push(frame);
  return frames;
}

/** What a frame says, in short: the status, or the text of the message. */
function summarize({ event, data }: Frame): string {
  if (event === 'status') return `status ${(data as StatusBody).status}`;
  const { type, content } = data as StatusBody['messages'][number];
  const inner = content['content'];
  const text = Array.isArray(inner) ? inner.map((block: { text?: string }) => block.text).join() : inner;
  return `${type} ${typeof text === 'string' ? text : ''}`.trim();
}

describe('simple-api: GET /sessions/{session_id}/stream', () => {
  it('tells the status on connect and on every change, every message, and ends after the final status', async () => {
    const id = await execute(app.url, { prompt: 'go' });
    const seen: string[] = [];
    const reading = (async () => {
      for await (const frame of readStream(urlOf(id))) seen.push(summarize(frame));
    })();
    const sees = (what: string) => until(what, () => seen.includes(what));
    await sees('status pending');
    const run = await app.worker.take(id);
    await sees('status running');
    await run.say('one');
    await sees('AssistantMessage one');
    await run.say('two');
    await run.result(createResult());
    await run.end('completed');
    await reading;
    expect(seen).toEqual([
      'status pending',
      'UserMessage go',
      'status running',
      'AssistantMessage one',
      'AssistantMessage two',
      'ResultMessage',
      'status completed',
    ]);
  });

  it('of a session that has ended gives all messages, and the final status last', async () => {
    const { id, run } = await createRunning();
    await run.say('one', 'two');
    await run.end('failed', createFailure('refusal'));
    const frames = await readAll(urlOf(id));
    expect(frames.map(summarize)).toEqual([
      'status error',
      'UserMessage go',
      'AssistantMessage one',
      'AssistantMessage two',
      'status error',
    ]);
  });

  it('the final status is the last frame also when the page before it was full', async () => {
    const { id, run } = await createRunning();
    // With the two events that begin a run, the last message is the 200th event, and the end the 201st.
    await run.say(...Array.from({ length: 198 }, () => 'line'));
    await run.end('completed');
    const frames = await readAll(urlOf(id));
    expect(frames.map(summarize).slice(-2)).toEqual(['AssistantMessage line', 'status completed']);
  });

  it('messages are the entries of `messages`, their ids the seqs of the log; statuses have neither', async () => {
    const { id, run } = await createRunning();
    await run.say('one');
    await run.end('completed');
    const { body } = await call<StatusBody>(app.url, 'GET', `/status/${id}`);
    const { messages, process: _, ...status } = body;
    const events = await app.store.readEvents(DEFAULT_TENANT, id, 0, 100);
    const frames = await readAll(urlOf(id));
    expect(frames.filter(({ event }) => event === 'message').map(({ data }) => data)).toEqual(messages);
    expect(frames.filter(({ event }) => event === 'message').map((frame) => frame.id)).toEqual(
      events.filter(({ messageIndex }) => messageIndex !== null).map(({ seq }) => String(seq)),
    );
    expect(frames.filter(({ event }) => event === 'status').map((frame) => frame.id)).toEqual([
      undefined,
      undefined,
    ]);
    expect(frames.at(-1)?.data).toEqual(status);
  });

  it('a replay does not tell old changes of the status again', async () => {
    const { id, run } = await createRunning();
    await run.end('completed');
    await execute(app.url, { prompt: 'again', resume_session_id: id });
    const second = await app.worker.take(id);
    const seen: string[] = [];
    for await (const frame of readStream(urlOf(id))) {
      seen.push(summarize(frame));
      if (seen.length === 3) await second.end('completed');
    }
    expect(seen).toEqual(['status running', 'UserMessage go', 'UserMessage again', 'status completed']);
  });

  it('Last-Event-ID or ?after= resume with nothing lost and nothing twice', async () => {
    const { id, run } = await createRunning();
    await run.say(...Array.from({ length: 450 }, (_, index) => `line ${index}`));
    await run.end('completed');
    const all = (await readAll(urlOf(id))).filter(({ event }) => event === 'message');
    expect(all).toHaveLength(451);
    for (const index of [0, 1, 199, 200, 201, 449, 450]) {
      const last = all[index]?.id ?? '';
      const expected = all.slice(index + 1);
      for (const frames of [await readAll(urlOf(id), last), await readAll(urlOf(id, `?after=${last}`))]) {
        expect(frames.filter(({ event }) => event === 'message')).toEqual(expected);
        expect(frames.map(summarize).at(-1)).toBe('status completed');
      }
    }
  });

  it('Last-Event-ID comes before ?after=, as a browser that reconnects needs it', async () => {
    const { id, run } = await createRunning();
    await run.say('one', 'two');
    await run.end('completed');
    const ids = (await readAll(urlOf(id))).flatMap((frame) => frame.id ?? []);
    const frames = await readAll(urlOf(id, '?after=0'), ids[1]);
    expect(frames.map(summarize)).toEqual(['status completed', 'AssistantMessage two', 'status completed']);
  });

  it('an id that is yet to come hides nothing', async () => {
    const { id, run } = await createRunning();
    const seen: string[] = [];
    for await (const frame of readStream(urlOf(id), '999999')) {
      seen.push(summarize(frame));
      if (seen.length === 1) {
        await run.say('new');
        await run.end('completed');
      }
    }
    expect(seen).toEqual(['status running', 'AssistantMessage new', 'status completed']);
  });

  it('two streams with random disconnects see every message once, in order', async () => {
    const { id, run } = await createRunning();
    const total = 300;
    async function readWithDisconnects(): Promise<string[]> {
      const ids: string[] = [];
      for (;;) {
        const patience = Math.floor(Math.random() * 12);
        let count = 0;
        let last = '';
        for await (const frame of readStream(urlOf(id), ids.at(-1))) {
          last = summarize(frame);
          if (frame.id !== undefined) ids.push(frame.id);
          if (count++ >= patience) break;
        }
        if (last === 'status completed' && ids.length === total + 1) return ids;
      }
    }
    const readers = [readWithDisconnects(), readWithDisconnects()];
    for (let index = 0; index < total; index++) await run.say(`line ${index}`);
    await run.end('completed');
    const expected = (await app.store.readEvents(DEFAULT_TENANT, id, 0, 1000))
      .filter(({ messageIndex }) => messageIndex !== null)
      .map(({ seq }) => String(seq));
    for (const ids of await Promise.all(readers)) expect(ids).toEqual(expected);
  });

  it('a reader that stalls is a cursor: what it has not read stays in the store', async () => {
    const { id, run } = await createRunning();
    const line = 'x'.repeat(100_000);
    for (let batch = 0; batch < 6; batch++) await run.say(...Array.from({ length: 100 }, () => line));
    await run.end('completed');
    const reads = vi.spyOn(app.store, 'readEvents');
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    socket.write(`GET /sessions/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    await once(socket, 'data');
    socket.pause();
    // Another reader gets all of it meanwhile.
    expect(await readAll(urlOf(id))).toHaveLength(603);
    const readByOther = 66;
    expect(reads.mock.calls.length).toBeLessThanOrEqual(readByOther + 4);
    let received = 0;
    let end = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.length;
      end = (end + chunk.toString('latin1')).slice(-1000);
    });
    socket.resume();
    await until('the final status', () => end.includes('"status":"completed"'));
    expect(received).toBeGreaterThan(600 * line.length);
    reads.mockRestore();
    socket.destroy();
  });

  it('?partial=true gives text as it is written, without an id', async () => {
    const { id, run } = await createRunning();
    const preview = {
      messageId: 'msg_1',
      index: 0,
      kind: 'text' as const,
      offset: 0,
      text: 'He',
      parentToolUseId: null,
    };
    using draft = app.store.hints.openDraft(id);
    const frames: Frame[] = [];
    for await (const frame of readStream(urlOf(id, '?partial=true'))) {
      frames.push(frame);
      if (frames.length === 1) draft.add(preview);
      if (frame.event === 'delta') await run.end('completed');
    }
    expect(frames.filter(({ event }) => event === 'delta')).toEqual([
      {
        event: 'delta',
        id: undefined,
        data: {
          message_id: 'msg_1',
          index: 0,
          kind: 'text',
          offset: 0,
          text: 'He',
          parent_tool_use_id: null,
        },
      },
    ]);
    expect(app.store.hints.wantsPreviews(id)).toBe(false);
  });

  it('?partial=true gives who comes late first all that was written so far, after what is in the log', async () => {
    const { id, run } = await createRunning();
    await run.say('Before');
    const piece = (offset: number, text: string) => ({
      messageId: 'msg_2',
      index: 0,
      kind: 'text' as const,
      offset,
      text,
      parentToolUseId: null,
    });
    using draft = app.store.hints.openDraft(id);
    draft.add(piece(0, 'He'));
    draft.add(piece(2, 'll'));
    const told: string[] = [];
    for await (const frame of readStream(urlOf(id, '?partial=true'))) {
      const { offset, text } = frame.data as { offset: number; text: string };
      told.push(frame.event === 'delta' ? `${offset} ${text}` : summarize(frame));
      if (offset === 0) draft.add(piece(4, 'o'));
      if (offset === 4) await run.end('completed');
    }
    expect(told).toEqual([
      'status running',
      'UserMessage go',
      'AssistantMessage Before',
      '0 Hell',
      '4 o',
      'status completed',
    ]);
  });

  it('without it nobody asks the worker for previews', async () => {
    const { id, run } = await createRunning();
    for await (const _ of readStream(urlOf(id))) {
      expect(app.store.hints.wantsPreviews(id)).toBe(false);
      break;
    }
    await run.end('completed');
  });

  it('has the headers of an event stream and a hint when to come again', async () => {
    const { id } = await createRunning();
    const leave = new AbortController();
    const response = await fetch(urlOf(id), { signal: leave.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('cache-control')).toBe('no-cache, no-transform');
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    const first = await response.body?.getReader().read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^retry: 1000\n\n/);
    leave.abort();
  });

  it('ends when the server stops, so that clients reconnect', async () => {
    await using stopping = await startApp();
    const id = await execute(stopping.url, { prompt: 'x' });
    const seen: string[] = [];
    for await (const frame of readStream(`${stopping.url}/sessions/${id}/stream`)) {
      seen.push(summarize(frame));
      stopping.drain();
    }
    expect(seen).toEqual(['status pending']);
  });

  it('many readers at once are no leak that Node would warn of', async () => {
    const warnings: Error[] = [];
    const listener = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listener);
    const { id, run } = await createRunning();
    const readers = Array.from({ length: 30 }, () => readAll(urlOf(id)));
    await until('all are connected', () => app.connections() >= 30);
    await run.say('hello');
    await run.end('completed');
    for (const frames of await Promise.all(readers))
      expect(frames.map(summarize)).toContain('AssistantMessage hello');
    process.off('warning', listener);
    expect(warnings).toEqual([]);
  });

  it('ends when the session is deleted', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    for await (const _ of readStream(urlOf(id))) {
      await app.store.commit(DEFAULT_TENANT, id, { session: { state: 'deleting' } });
    }
  });

  it.each(['00000000-0000-7000-8000-000000000000', 'nonsense'])('of the unknown %s is 404', async (id) => {
    expect(await call(app.url, 'GET', `/sessions/${id}/stream`)).toMatchObject({
      status: 404,
      body: { detail: `Session ${id} not found` },
    });
  });

  it('from something that is no id is 422', async () => {
    const { id } = await createRunning();
    expect(await call(app.url, 'GET', `/sessions/${id}/stream?after=x`)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'int_parsing', loc: ['query', 'after'] }] },
    });
    const headers = { 'last-event-id': 'x' };
    expect(await call(app.url, 'GET', `/sessions/${id}/stream`, undefined, headers)).toMatchObject({
      status: 422,
      body: { detail: [{ type: 'int_parsing', loc: ['header', 'last-event-id'] }] },
    });
  });
});
