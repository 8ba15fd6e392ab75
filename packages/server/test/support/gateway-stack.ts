import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { pino } from 'pino';
import type { Gateway, GatewayPass, ModelRequest, Upstream } from '#src/gateway/gateway.ts';
import { createPatience, type GatewayPatience } from '#src/gateway/patience.ts';
import { startGateway } from '#src/gateway/start-gateway.ts';
import { systemClock as clock } from '#src/lib/clock.ts';

export const UPSTREAM_CREDENTIAL = { 'X-Api-Key': 'the-real-key' };

export interface GatewayStack extends AsyncDisposable {
  gateway: Gateway;
  pass: GatewayPass;
  /** What was recorded. */
  rows: ModelRequest[];
}

/** A gateway in front of `upstream`, a pass with a run set, and the rows that were recorded. */
export async function startStack(
  upstream: RequestListener | Upstream,
  { record, patience = createPatience(0) }: { record?: () => Promise<void>; patience?: GatewayPatience } = {},
): Promise<GatewayStack> {
  const own = typeof upstream === 'function' ? await startUpstream(upstream) : undefined;
  const rows: ModelRequest[] = [];
  const gateway = await startGateway({
    upstream:
      typeof upstream === 'function' ? { url: `${own?.url}/base`, headers: UPSTREAM_CREDENTIAL } : upstream,
    clock,
    log: pino({ level: 'silent' }),
    patience,
    async onRequest(row) {
      await record?.();
      rows.push(row);
    },
  });
  const pass = gateway.issuePass({ tenantId: 'tenant', sessionId: 'session' });
  pass.setRun('run-1');
  return {
    gateway,
    pass,
    rows,
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await own?.[Symbol.asyncDispose]();
    },
  };
}

/** A server of the test's own. `port`: where it has been before. */
export async function startUpstream(
  listener: RequestListener,
  port = 0,
): Promise<AsyncDisposable & { url: string; port: number }> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const own = typeof address === 'object' && address ? address.port : 0;
  return {
    url: `http://127.0.0.1:${own}`,
    port: own,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** A request to the model, as an agent makes it. */
export function ask(
  url: string,
  pass: GatewayPass,
  options: { body?: object; signal?: AbortSignal } = {},
): Promise<Response> {
  return fetch(`${url}/v1/messages?beta=true`, {
    method: 'POST',
    headers: { 'x-api-key': pass.token, 'content-type': 'application/json' },
    body: JSON.stringify(options.body ?? { model: 'claude-haiku-5-5', messages: [] }),
    signal: options.signal ?? null,
  });
}
