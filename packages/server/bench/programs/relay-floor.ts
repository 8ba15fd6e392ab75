import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LiveRawAgent, prepareRawAgent } from '../harness/raw-agent.ts';

// The least that a live stream of an agent can be: one raw `query()`, and node:http writing each of its messages to
// every reader; nothing is stored. GET: a stream. POST: the prompt; answers at the end of the turn.
// Arguments: a directory, the model's URL.

const [directory = '', modelUrl = ''] = process.argv.slice(2);
const agent = new LiveRawAgent(await prepareRawAgent(directory, modelUrl, 'as-bullpen'));
const readers = new Set<ServerResponse>();
let sequence = 0;

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    run(decodeURIComponent(request.url?.slice(1) ?? '')).then(
      () => response.end(),
      () => response.destroy(),
    );
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  readers.add(response);
  response.once('close', () => readers.delete(response));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
await once(process, 'SIGTERM');
server.close();
server.closeAllConnections();
await agent[Symbol.asyncDispose]();

async function run(prompt: string): Promise<void> {
  await agent.sayAndWatch(prompt, (message) => {
    if (message.type !== 'assistant') return;
    const { content, model } = message.message;
    const data = JSON.stringify({
      type: 'AssistantMessage',
      content: { content, model, parent_tool_use_id: null, error: null },
      timestamp: new Date().toISOString(),
    });
    const frame = `id: ${++sequence}\nevent: message\ndata: ${data}\n\n`;
    for (const reader of readers) {
      // Who is far behind loses events: it has no memory to give them later.
      if (!reader.writableNeedDrain) reader.write(frame);
    }
  });
}
