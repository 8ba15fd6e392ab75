import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';

/** Stands between a client and a server, and does to their connections what networks do. */
export interface FlakyProxy extends AsyncDisposable {
  port: number;
  /** Ends all connections, as seen from both sides. New ones are served. */
  cut(): void;
  /** From now on nothing passes, in no direction, and nobody is told; until `heal`, which serves new connections. */
  blackHole(): void;
  heal(): void;
  /** The next message that holds `text` reaches the server, and its answer is lost with the connection. */
  loseAnswerTo(text: string): void;
  /** From now on a connection ends when an answer that holds `text` has passed. */
  cutAfter(text: string): void;
}

/** Starts one in front of a Unix socket, or of a port of this machine. */
export async function startFlakyProxy(target: string | number): Promise<FlakyProxy> {
  const pairs = new Set<[Socket, Socket]>();
  let isBlackHole = false;
  let doomed: string | undefined;
  let last: string | undefined;

  const server = createServer((client) => {
    const upstream =
      typeof target === 'number' ? createConnection(target, '127.0.0.1') : createConnection(target);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      client.destroy();
      upstream.destroy();
    };
    let isLosing = false;
    client.on('data', (chunk: Buffer) => {
      if (isBlackHole) return;
      if (doomed !== undefined && chunk.includes(doomed)) {
        doomed = undefined;
        isLosing = true;
      }
      upstream.write(chunk);
    });
    upstream.on('data', (chunk: Buffer) => {
      if (isBlackHole) return;
      // It has answered: what it was told is done.
      if (isLosing) return end();
      client.write(chunk, () => {
        if (last !== undefined && chunk.includes(last)) end();
      });
    });
    for (const socket of pair) {
      socket.on('error', () => undefined);
      socket.on('close', () => !isBlackHole && end());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = (): void => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    pairs.clear();
  };

  return {
    port: typeof address === 'object' && address ? address.port : 0,
    cut,
    blackHole: () => (isBlackHole = true),
    heal() {
      // What was swallowed is lost: those connections are of no use any more, but their clients have to find out.
      pairs.clear();
      isBlackHole = false;
    },
    loseAnswerTo: (text) => (doomed = text),
    cutAfter: (text) => (last = text),
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
    },
  };
}
