import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';

/** As the settings take it. */
export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret of the tests, 32 bytes.').toString('base64')}`;

export interface Received {
  /** The `webhook-id`. */
  id: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** What the body says, if the signature is right; throws otherwise. */
  verify(): Message;
}

export interface Message {
  type: string;
  timestamp: string;
  data: Record<string, unknown> & { session_id: string; status: string };
}

export interface WebhookReceiver extends AsyncDisposable {
  url: string;
  received: Received[];
  /** How it answers from now on. Default: 204. */
  answer: (response: ServerResponse, received: Received) => void;
}

/** A receiver as an operator would run one; on a port of its own, or on the given one. */
export async function startReceiver(port = 0): Promise<WebhookReceiver> {
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const { url: path = '', headers } = request;
      const body = bytes.toString();
      const verify = (): Message =>
        new Webhook(WEBHOOK_SECRET).verify(body, parseHeaders(headers)) as Message;
      const id = String(headers['webhook-id']);
      const received: Received = { id, path, headers, body, verify };
      receiver.received.push(received);
      receiver.answer(response, received);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/hook`,
    received: [],
    answer: (response) => void response.writeHead(204).end(),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  };
  return receiver;
}

/** An answer of this status and nothing else. */
export function answerWith(status: number, headers: Record<string, string> = {}): WebhookReceiver['answer'] {
  return (response) => void response.writeHead(status, headers).end();
}

function parseHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}
