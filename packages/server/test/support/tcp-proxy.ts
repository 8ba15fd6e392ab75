import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A way to a PostgreSQL that a test can break. */
export interface DatabaseProxy extends AsyncDisposable {
  /** The database, by this way. */
  url: string;
  /** Nothing gets through any more, and nobody is told: as when a cable is pulled. */
  stall(): void;
  /** Connections are closed, and new ones refused. */
  cut(): void;
  heal(): void;
}

/** Stands before the Unix socket that `databaseUrl` names. */
export async function startDatabaseProxy(databaseUrl: string): Promise<DatabaseProxy> {
  const { pathname, searchParams } = new URL(databaseUrl);
  const target = `${searchParams.get('host')}/.s.PGSQL.5432`;
  const open = new Set<Socket>();
  let state: 'open' | 'stalled' | 'cut' = 'open';

  const server = createServer((client) => {
    if (state === 'cut') return void client.destroy();
    const database = connect(target);
    for (const [from, to] of [
      [client, database],
      [database, client],
    ] as const) {
      open.add(from);
      from.on('data', (chunk: Buffer) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        open.delete(from);
        to.destroy();
      });
      if (state === 'stalled') from.pause();
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;

  return {
    url: `postgres://postgres@127.0.0.1:${port}${pathname}`,
    stall() {
      state = 'stalled';
      for (const socket of open) socket.pause();
    },
    cut() {
      state = 'cut';
      for (const socket of open) socket.destroy();
    },
    heal() {
      state = 'open';
      for (const socket of open) socket.resume();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of open) socket.destroy();
      await once(server, 'close');
    },
  };
}
