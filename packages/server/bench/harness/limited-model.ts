import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface LimitedModel extends AsyncDisposable {
  url: string;
  served: number;
  refused: number;
}

/** A model that serves `perSecond` requests (a bucket that holds as many), each after `answerMs`, and refuses the rest. */
export async function startLimitedModel(perSecond: number, answerMs: number): Promise<LimitedModel> {
  let tokens = perSecond;
  let filledAt = performance.now();
  const server = createServer((request, response) => {
    request.resume();
    const now = performance.now();
    tokens = Math.min(perSecond, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
    if (tokens < 1) {
      model.refused++;
      response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '1' });
      response.end('{"type":"error","error":{"type":"rate_limit_error","message":"Too many requests"}}');
      return;
    }
    tokens--;
    model.served++;
    void sleep(answerMs).then(() =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const model: LimitedModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: 0,
    refused: 0,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return model;
}
