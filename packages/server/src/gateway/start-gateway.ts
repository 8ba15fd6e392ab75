import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE } from '../lib/duration.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { holdForBudget } from './budget.ts';
import { carry } from './carry.ts';
import type { Gateway, ModelRequest, Upstream } from './gateway.ts';
import { Governor } from './governor.ts';
import { findToken } from './headers.ts';
import { Pass } from './pass.ts';
import type { GatewayPatience } from './patience.ts';
import { sendRefusal } from './refusal.ts';
import { openRoad } from './road.ts';

export interface GatewayOptions {
  upstream: Upstream;
  clock: Clock;
  log: Log;
  patience: GatewayPatience;
  /** Whether an agent of this session may work at all now: asked before every request. */
  mayWork?: (sessionId: string) => boolean;
  /** Whether this session may cost more: asked before every request to the model. One that may not is held for ever. */
  mayCost?: (sessionId: string) => boolean;
  /** Called once for every request to the model that has ended; `settled()` of its pass waits for it. */
  onRequest: (request: ModelRequest) => Promise<void> | void;
}

// Everything else that a provider offers (files, batches, administration) would be used unseen, with the operator's key.
const ROUTES = [
  /^POST \/v1\/messages$/,
  /^POST \/v1\/messages\/count_tokens$/,
  /^GET \/v1\/models(\/[^/]+)?$/,
];
// Longer than agents keep an idle connection, so that none of their requests meets a connection which is just closing.
const KEEP_ALIVE_MS = 10 * MINUTE;

/** Starts the gateway on a loopback port of its own. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { upstream, clock, log, patience, mayWork = () => true, mayCost = () => true } = options;
  const road = openRoad(upstream, patience.answerBeginsMs);
  const governor = new Governor({ clock, log, random: Math.random, patienceMs: patience.troubleMs });
  const byStatus: Record<number, number> = {};
  const context = {
    road,
    governor,
    credential: upstream.headers,
    patience,
    clock,
    log,
    onRequest(request: ModelRequest) {
      byStatus[request.status] = (byStatus[request.status] ?? 0) + 1;
      return options.onRequest(request);
    },
  };
  const passes = new Map<string, Pass>();
  const revoked = new Set<Pass>();
  // Model requests take as long as they take: the limits of time are those of the road.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS }, handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  function handle(request: IncomingMessage, response: ServerResponse): void {
    // Parsed, so that `/v1/../` and the like are seen as what they lead to.
    const base = 'http://gateway';
    const target = request.url ?? '';
    const { pathname, search } = new URL(URL.canParse(target, base) ? target : '/', base);
    if (!ROUTES.some((route) => route.test(`${request.method} ${pathname}`))) {
      return sendRefusal(response, 'not_found');
    }
    const pass = passes.get(findToken(request.headers) ?? '');
    if (!pass) return sendRefusal(response, 'unknown_token');
    if (pass.isStopped) return void request.socket.destroy();
    const { runId } = pass;
    const isWanted = () => pass.runId === runId && mayWork(pass.sessionId);
    if (runId === null || !isWanted()) return sendRefusal(response, 'no_run');
    const isModelRequest = pathname === '/v1/messages';
    const errand = { pass, runId, request, response, path: pathname + search, isWanted, isModelRequest };
    const { passing, recorded, abort } =
      isModelRequest && !mayCost(pass.sessionId) ? holdForBudget(errand) : carry(errand, context);
    pass.track(passing, recorded, abort);
  }

  return {
    url: `http://127.0.0.1:${port}`,
    stats: () => ({
      byStatus: { ...byStatus },
      waiting: governor.waiting,
      pauses: governor.pauses,
      pausedModels: governor.pausedModels,
    }),
    issuePass(holder) {
      const pass = new Pass(holder, clock, () => {
        passes.delete(pass.token);
        revoked.add(pass);
        void pass.settled().then(() => revoked.delete(pass));
      });
      passes.set(pass.token, pass);
      return pass;
    },
    async [Symbol.asyncDispose]() {
      const closed = server.listening ? once(server, 'close') : undefined;
      server.close();
      for (const pass of passes.values()) pass.revoke();
      server.closeAllConnections();
      await Promise.all([...revoked].map((pass) => pass.settled()));
      governor[Symbol.dispose]();
      road.close();
      await closed;
    },
  };
}
