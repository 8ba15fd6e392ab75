import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseConversation } from '#src/demo-model/conversation.ts';
import { machineTimeMs, writeStamp } from '../harness/time.ts';

// A model that answers `[[blocks=90 rate=30 size=100 ttft=500]]` with so many text blocks, so many a second, of so
// many characters, the first after so many milliseconds. Each begins with the time at which it was written: who receives it knows how long it took.

const server = createServer((request, response) => {
  json(request).then(
    (body) => answer(parseConversation(body).prompts.at(-1) ?? '', response),
    () => response.writeHead(404).end(),
  );
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
await once(process, 'SIGTERM');
server.close();
server.closeAllConnections();

async function answer(prompt: string, response: ServerResponse): Promise<void> {
  const read = (name: string, usual: number): number =>
    Number(new RegExp(`\\b${name}=(\\d+)`).exec(prompt)?.[1] ?? usual);
  const [blocks, rate, size] = [read('blocks', 1), read('rate', 1000), read('size', 100)];
  const frame = (type: string, data: object): string =>
    `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;

  await sleep(read('ttft', 0));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(
    frame('message_start', {
      message: {
        id: `msg_${process.hrtime.bigint()}`,
        type: 'message',
        role: 'assistant',
        model: 'claude-stamping',
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    }),
  );
  const startedAt = machineTimeMs();
  for (let index = 0; index < blocks && !response.destroyed; index++) {
    const dueInMs = startedAt + (index * 1000) / rate - machineTimeMs();
    if (dueInMs > 0) await sleep(dueInMs);
    const text = writeStamp().padEnd(size, '.');
    response.write(
      frame('content_block_start', { index, content_block: { type: 'text', text: '' } }) +
        frame('content_block_delta', { index, delta: { type: 'text_delta', text } }) +
        frame('content_block_stop', { index }),
    );
  }
  response.end(
    frame('message_delta', {
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: blocks },
    }) + frame('message_stop', {}),
  );
}
