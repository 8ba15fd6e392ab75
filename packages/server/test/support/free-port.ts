import { once } from 'node:events';
import { createServer } from 'node:net';

/** A port that nobody listens on: for clients that come back to the same address. */
export async function findFreePort(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return String(typeof address === 'object' && address ? address.port : 0);
}
