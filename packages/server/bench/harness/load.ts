import { connect, type Socket } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');

/**
 * Posts `body` to `url` over `connections` kept-open connections, one request at a time each, for `durationMs`;
 * gives the answers per second. A bare socket per connection: a full HTTP client would be slower than the server.
 */
export async function loadPosts(
  url: string,
  body: string,
  { connections, durationMs }: { connections: number; durationMs: number },
): Promise<number> {
  const { hostname, port, host, pathname } = new URL(url);
  const request = Buffer.from(
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n` +
      `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const startedAt = performance.now();
  const endAt = startedAt + durationMs;
  const counts = await Promise.all(
    Array.from({ length: connections }, () => repeat(connect(Number(port), hostname), request, endAt)),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  return counts.reduce((sum, count) => sum + count, 0) / seconds;
}

function repeat(socket: Socket, request: Buffer, endAt: number): Promise<number> {
  socket.setNoDelay(true);
  return new Promise((resolve, reject) => {
    let count = 0;
    let rest = Buffer.alloc(0);
    socket.on('connect', () => socket.write(request));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('The server closed the connection')));
    socket.on('data', (chunk) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const length = readAnswerLength(rest);
      if (length === undefined || rest.length < length) return;
      if (!rest.subarray(9, 12).equals(OK)) {
        reject(new Error(`Answered: ${rest.toString()}`));
        socket.destroy();
        return;
      }
      rest = rest.subarray(length);
      count++;
      if (performance.now() < endAt) {
        socket.write(request);
        return;
      }
      resolve(count);
      socket.destroy();
    });
  });
}

const OK = Buffer.from('200');

/** Of the first answer in `buffer`, head and body; undefined until its head is complete. */
function readAnswerLength(buffer: Buffer): number | undefined {
  const headEnd = buffer.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const length = /content-length: (\d+)/i.exec(buffer.toString('latin1', 0, headEnd))?.[1];
  return headEnd + HEAD_END.length + Number(length);
}
