import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface ModelProvider extends AsyncDisposable {
  readonly url: string;
  /** What was asked, in order. */
  readonly asked: { target: string; headers: IncomingHttpHeaders }[];
  /** What it answers to a path with its query; a string is no JSON; undefined: nothing, for ever. */
  answer(target: string): Answer | undefined;
}

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body?: object | string;
}

/** A provider of models that answers as a test wants it. */
export async function startModelProvider(answer: ModelProvider['answer']): Promise<ModelProvider> {
  const provider: Pick<ModelProvider, 'asked' | 'answer'> = { asked: [], answer };
  const server = createServer(({ url: target = '', headers }, response) => {
    provider.asked.push({ target, headers });
    const given = provider.answer(target);
    if (!given) return;
    const { status = 200, headers: more, body = {} } = given;
    response.writeHead(status, { 'content-type': 'application/json', ...more });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return Object.assign(provider, {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
    },
  });
}
