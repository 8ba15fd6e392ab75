import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startDemoModel } from '#src/demo-model/server.ts';
import { createMeter } from '#src/gateway/meter.ts';
import { systemClock } from '#src/lib/clock.ts';
import { priceOf } from '#src/sessions/cost.ts';

/** The scripted model as a provider that sends bills of its own. */
export interface MeteredModel extends AsyncDisposable {
  url: string;
  /** Of answers that were finished in this time (monotonic ms) nobody who knew it may have survived. */
  noteUncertain(from: number, to: number): void;
  /** What the other answers cost, in USD; `mark`: a text of the prompt. */
  costOf(mark: string): number;
}

export async function startMeteredModel(): Promise<MeteredModel> {
  const demo = await startDemoModel({ clock: systemClock });
  const finished: { body: string; costUsd: number; at: number }[] = [];
  const uncertain: { from: number; to: number }[] = [];
  const server = createServer((incoming, response) => {
    const pass = async (): Promise<void> => {
      const body = await buffer(incoming);
      const onward = send(`${demo.url}${incoming.url ?? '/'}`, {
        method: incoming.method,
        headers: incoming.headers,
      });
      onward.on('error', () => response.destroy());
      onward.on('response', (answer) => {
        const meter = createMeter(answer.headers['content-type']);
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        response.flushHeaders();
        answer.on('data', (chunk: Buffer) => meter.observe(chunk));
        answer.pipe(response);
        response.on('finish', () => {
          const { model, ...usage } = meter.finish();
          if (model === undefined) return;
          finished.push({
            body: body.toString(),
            costUsd: priceOf(model, usage),
            at: systemClock.monotonic(),
          });
        });
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
    noteUncertain: (from, to) => void uncertain.push({ from, to }),
    costOf: (mark) =>
      finished
        .filter(({ at }) => !uncertain.some(({ from, to }) => from <= at && at <= to))
        .filter(({ body }) => body.includes(mark))
        .reduce((sum, { costUsd }) => sum + costUsd, 0),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await demo[Symbol.asyncDispose]();
    },
  };
}
