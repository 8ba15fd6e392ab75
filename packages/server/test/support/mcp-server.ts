import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';

export interface McpServer extends AsyncDisposable {
  readonly url: string;
  /** The targets of the requests: path and query. */
  readonly asked: string[];
  /** The names of the tools that were called. */
  readonly calls: string[];
}

const message = z.looseObject({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string(),
  params: z
    .looseObject({
      name: z.string().optional(),
      protocolVersion: z.string().optional(),
      arguments: z.unknown().optional(),
    })
    .default({}),
});
type Params = z.infer<typeof message>['params'];

const echo = (name: string, given: unknown): object[] => [
  { type: 'text', text: `${name}: ${JSON.stringify(given)}` },
];

/** An MCP server over HTTP, whose tools answer with their name and what they were given, or with what `call` returns. */
export async function startMcpServer(
  tools: readonly string[] = ['add', 'shout'],
  call: (name: string, given: unknown) => object[] = echo,
): Promise<McpServer> {
  const asked: string[] = [];
  const calls: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    void (async () => {
      if (request.method !== 'POST') return response.writeHead(405).end();
      const { id, method, params } = message.parse(await json(request));
      if (id === undefined) return response.writeHead(202).end();
      response.setHeader('content-type', 'application/json');
      return response.end(JSON.stringify({ jsonrpc: '2.0', id, result: answer(method, params) }));
    })().catch(() => response.destroy());
  });
  function answer(method: string, { name = '', protocolVersion, arguments: given }: Params): object {
    switch (method) {
      case 'initialize':
        return { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'test', version: '1' } };
      case 'tools/list':
        return {
          tools: tools.map((tool) => ({
            name: tool,
            description: tool,
            inputSchema: { type: 'object', properties: { a: { type: 'number' } } },
          })),
        };
      case 'tools/call':
        calls.push(name);
        return { content: call(name, given) };
      default:
        return {};
    }
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/mcp`,
    asked,
    calls,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
