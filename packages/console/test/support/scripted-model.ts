import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { text } from 'node:stream/consumers';
import { systemClock } from '../../../server/dist/lib/clock.js';
import { startDemoModel } from '../../../server/dist/demo-model/server.js';

/**
 * The demo model behind a provider's address, for prompts as people write them: what it shall do at a prompt is in
 * `scripts`, by the prompt's text, so that pages show the prompt without its script.
 */
export async function startScriptedModel(
  scripts: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { url: string }> {
  const demo = await startDemoModel({ clock: systemClock });
  const added = Object.entries(scripts).map(
    ([prompt, script]) => [quote(prompt), quote(`${prompt} ${script}`)] as const,
  );
  const server = createServer((incoming, response) => {
    const pass = async (): Promise<void> => {
      let body = await text(incoming);
      for (const [prompt, scripted] of added) body = body.replaceAll(prompt, () => scripted);
      const headers = { ...incoming.headers, 'content-length': Buffer.byteLength(body) };
      const onward = send(`${demo.url}${incoming.url ?? '/'}`, {
        method: incoming.method ?? 'POST',
        headers,
      });
      onward.on('error', () => response.destroy());
      onward.on('response', (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.flushHeaders();
        answer.pipe(response);
      });
      response.on('close', () => onward.destroy());
      onward.end(body);
    };
    pass().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await demo[Symbol.asyncDispose]();
    },
  };
}

/** As it stands inside a JSON string. */
function quote(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
