import { readStream, StreamRefused } from './sse-client.ts';
import type { StatusBody } from './api-client.ts';
import { until } from './until.ts';

/** What a client saw of a session that it followed to its end, coming back with its last id whenever a stream ended. */
export interface Watched {
  messages: StatusBody['messages'];
  /** Of the messages, in the order of their arrival. */
  ids: number[];
  /** How often it connected. */
  connections: number;
  last: StatusBody['status'];
}

/** Follows a session until its final status. */
export async function watch(url: string, sessionId: string): Promise<Watched> {
  const seen: Watched = { messages: [], ids: [], connections: 0, last: 'pending' };
  for (;;) {
    try {
      await follow(url, sessionId, seen);
    } catch (error) {
      // Nobody listens while a server restarts, and one whose store is away says so.
      const isAway = error instanceof StreamRefused && error.status === 503;
      if (!(error instanceof TypeError) && !isAway) throw error;
    }
    if (['completed', 'error', 'cancelled'].includes(seen.last)) return seen;
    await until('the server is there', () =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    );
  }
}

async function follow(url: string, sessionId: string, seen: Watched): Promise<void> {
  const lastId = seen.ids.at(-1);
  const frames = readStream(
    `${url}/sessions/${sessionId}/stream`,
    lastId === undefined ? undefined : `${lastId}`,
  );
  seen.connections++;
  for await (const { event, id, data } of frames) {
    if (event === 'status') seen.last = (data as StatusBody).status;
    if (event !== 'message') continue;
    seen.ids.push(Number(id));
    seen.messages.push(data as StatusBody['messages'][number]);
  }
}

/** A prompt with `count` tool calls that take a moment each, and words before each. */
export function steps(count: number, seconds = 0.2): string {
  const step = (index: number): string =>
    `[[text=Step ${index}]][[tool=Bash {"command":"sleep ${seconds}; echo ${index}"}]]`;
  return `${Array.from({ length: count }, (_, index) => step(index)).join('')}[[text=Done]]`;
}
