import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { StatusBody } from '../support/api-client.ts';
import { processesOf, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import { findFreePort } from '../support/free-port.ts';
import { readStream } from '../support/sse-client.ts';

/** The server as its clients know it: an address. Who it is changes with every round. */
export interface World extends AsyncDisposable {
  url: string;
  dataDir: string;
  /** The process of the server now. */
  server(): BullpenProcess;
  start(): Promise<void>;
  /** Ends it, and starts the next one on the same data. */
  restart(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** SIGKILL to every process of one agent, taken at random. */
  killAnAgent(next: () => number): Promise<void>;
  /** A request that is sent again until it is answered, with the same key, as a careful client does. */
  post(path: string, body: unknown, key: string): Promise<{ status: number; body: unknown }>;
  get(path: string): Promise<unknown>;
}

export async function createWorld(
  dataDir: string,
  flags: string[],
  env: Record<string, string>,
): Promise<World> {
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  let server: BullpenProcess | undefined;
  const running = (): BullpenProcess => {
    if (!server) throw new Error('The server was not started.');
    return server;
  };
  const start = async (): Promise<void> => {
    server = await startBullpen(dataDir, ['--port', port, ...flags], env);
  };
  const authorization = (): Record<string, string> => ({
    authorization: `Bearer ${readFileSync(join(dataDir, 'approval-key'), 'utf8').trim()}`,
  });
  /** Until it is answered by a server that is not in trouble. */
  const persist = async (send: () => Promise<Response>): Promise<{ status: number; body: unknown }> => {
    for (;;) {
      try {
        const response = await send();
        const body: unknown = await response.json();
        if (response.status < 500) return { status: response.status, body };
      } catch {
        // Cut off, or nobody listens: whether it was carried out, only the next answer says.
      }
      await sleep(50);
    }
  };
  return {
    url,
    dataDir,
    server: running,
    start,
    async restart(signal) {
      await running().stop(signal);
      await start();
    },
    async killAnAgent(next) {
      const pids = await processesOf(dataDir, [running().pid]);
      const marks = new Map<string, number[]>();
      for (const pid of pids) {
        const mark = /agent-\w{6}/.exec(readOf(pid))?.[0];
        if (mark) marks.set(mark, [...(marks.get(mark) ?? []), pid]);
      }
      const trees = [...marks.values()];
      for (const pid of trees[Math.floor(next() * trees.length)] ?? []) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // It went with another one.
        }
      }
    },
    post: (path, body, key) =>
      persist(() =>
        fetch(`${url}${path}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': key, ...authorization() },
          body: JSON.stringify(body),
        }),
      ),
    async get(path) {
      return (await persist(() => fetch(`${url}${path}`, { headers: authorization() }))).body;
    },
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]();
    },
  };
}

/** What a client saw that follows a session to its end and comes back with its last id whenever it is cut off. */
export interface Followed {
  ids: number[];
  messages: StatusBody['messages'];
  connections: number;
}

export async function follow(world: World, sessionId: string, signal: AbortSignal): Promise<Followed> {
  const seen: Followed = { ids: [], messages: [], connections: 0 };
  let status: StatusBody['status'] = 'pending';
  while (!['completed', 'error', 'cancelled'].includes(status) && !signal.aborted) {
    try {
      seen.connections++;
      const last = seen.ids.at(-1);
      const url = `${world.url}/sessions/${sessionId}/stream`;
      for await (const { event, id, data } of readStream(
        url,
        last === undefined ? undefined : String(last),
      )) {
        if (event === 'status') status = (data as StatusBody).status;
        if (event !== 'message') continue;
        seen.ids.push(Number(id));
        seen.messages.push(data as StatusBody['messages'][number]);
      }
    } catch {
      // The server went, or its database.
      await sleep(50);
    }
  }
  return seen;
}

function readOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1') + readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}
