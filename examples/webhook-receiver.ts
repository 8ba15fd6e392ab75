// Hears when a run has ended, or when a person is asked, instead of polling. Signed as Standard Webhooks; in place of
// `verify` you can use one of its libraries (https://www.standardwebhooks.com). Make a secret, and give it to both:
//
//   export BULLPEN_WEBHOOK_SECRET=whsec_$(openssl rand -base64 32)
//   PORT=9000 npx tsx examples/webhook-receiver.ts        or, from Node 22.18 on, node examples/webhook-receiver.ts
//   BULLPEN_WEBHOOK_URL=http://127.0.0.1:9000 npm start

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';

const secret = Buffer.from((process.env['BULLPEN_WEBHOOK_SECRET'] ?? '').replace('whsec_', ''), 'base64');
const port = Number(process.env['PORT'] ?? '9000');
const TOLERANCE_SECONDS = 5 * 60;

interface Message {
  type: 'run.completed' | 'run.failed' | 'run.cancelled' | 'approval.requested';
  timestamp: string;
  data: {
    session_id: string;
    status: string;
    result: { result: string | null } | null;
    error: string | null;
    total_cost_usd: number | null;
    title: string | null;
    metadata: Record<string, unknown> | null;
  };
}

/** Whether the server that knows the secret wrote this body, lately. */
function verify(headers: IncomingHttpHeaders, body: string): boolean {
  const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures } = headers;
  if (!id || !timestamp || !signatures) return false;
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS)) return false;
  const expected = createHmac('sha256', secret)
    .update(`${String(id)}.${String(timestamp)}.${body}`)
    .digest();
  return String(signatures)
    .split(' ')
    .map((signature) => Buffer.from(signature.replace(/^v1,/, ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected));
}

/** A message can come more than once: its id tells. A real program keeps these where it keeps what it does with them. */
const seen = new Set<string>();

function handle({ type, data }: Message): void {
  const what = data.title ?? data.session_id;
  console.log(
    `${type}: ${what}: ${data.error ?? data.result?.result ?? data.status} ($${data.total_cost_usd})`,
  );
}

if (secret.length === 0) throw new Error('Set BULLPEN_WEBHOOK_SECRET.');
createServer((request, response) => {
  void text(request).then((body) => {
    if (!verify(request.headers, body)) {
      response.writeHead(401).end();
      return;
    }
    const id = String(request.headers['webhook-id']);
    if (!seen.has(id)) handle(JSON.parse(body) as Message);
    seen.add(id);
    // Answer within 15 seconds; longer work is better done afterwards.
    response.writeHead(204).end();
  });
}).listen(port, '127.0.0.1', () => console.log(`Waiting for messages on port ${port}.`));
