import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An MCP server over HTTP with two tools, `add` and `shout`; `calls` are the names of those that were called. */
export async function startMcpServer(): Promise<AsyncDisposable & { url: string; calls: string[] }> {
  const calls: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method !== 'POST') return void response.writeHead(405).end();
      const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString()) as Request;
      if (id === undefined) return void response.writeHead(202).end();
      const result = answer(method, params, calls);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id, result }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    calls,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Request {
  id?: number;
  method: string;
  params?: { name?: string; protocolVersion?: string; arguments?: Record<string, unknown> };
}

function answer(method: string, params: Request['params'], calls: string[]): object {
  switch (method) {
    case 'initialize':
      return {
        protocolVersion: params?.protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name: 'test', version: '1' },
      };
    case 'tools/list':
      return {
        tools: ['add', 'shout'].map((name) => ({
          name,
          description: name,
          inputSchema: { type: 'object', properties: { a: { type: 'number' } } },
        })),
      };
    case 'tools/call':
      calls.push(params?.name ?? '');
      return { content: [{ type: 'text', text: `${params?.name}: ${JSON.stringify(params?.arguments)}` }] };
    default:
      return {};
  }
}
