import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';

/** Connections that stay open between requests, as those of a backend do. */
const agent = new Agent({ keepAlive: true });

export interface Answer {
  status: number;
  body: string;
  /** From the call to the last byte of the answer. */
  ms: number;
}

/** One request, JSON if it has a body. */
export function send(method: string, url: string, body?: unknown): Promise<Answer> {
  const startedAt = performance.now();
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method, agent, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          ms: performance.now() - startedAt,
        }),
      );
    });
    request.once('error', reject);
    request.end(text);
  });
}

export interface Stream {
  close(): void;
  /** Resolves when it has ended, whoever ended it. */
  ended: Promise<void>;
}

/** Opens a stream of server-sent events; resolves when the answer has begun. */
export function openStream(url: string, onChunk: (chunk: Buffer) => void): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { agent: false }, (response: IncomingMessage) => {
      if (response.statusCode !== 200) {
        request.destroy();
        reject(new Error(`GET ${url} answered ${response.statusCode}`));
        return;
      }
      const ended = new Promise<void>((end) => response.once('close', end));
      response.on('data', onChunk);
      response.on('error', () => undefined);
      resolve({ close: () => request.destroy(), ended });
    });
    request.once('error', reject);
    request.end();
  });
}
