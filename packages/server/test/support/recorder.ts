import { once } from 'node:events';
import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';

/** A request to the Messages API. */
export interface RecordedRequest {
  path: string;
  /** JSON, as it came. */
  body: string;
}

export interface Recorder {
  readonly url: string;
  readonly requests: RecordedRequest[];
  /** Answers in the place of the upstream when it gives back true. */
  intercept: ((response: ServerResponse) => boolean) | undefined;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Stands before `upstream`, passes everything on and remembers what was asked. */
export async function startRecorder(upstream: string): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const server = createServer((incoming, response) => {
    passOn(incoming, response).catch(() => response.destroy());
  });
  async function passOn(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(incoming);
    const path = incoming.url ?? '/';
    requests.push({ path, body: body.toString() });
    if (recorder.intercept?.(response)) return;
    const outgoing = send(`${upstream}${path}`, { method: incoming.method, headers: incoming.headers });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      response.flushHeaders();
      pipeline(answer, response).catch(() => response.destroy());
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => outgoing.destroy());
    outgoing.end(body);
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const recorder: Recorder = {
    url: `http://127.0.0.1:${port}`,
    requests,
    intercept: undefined,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return recorder;
}
