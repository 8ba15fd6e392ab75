import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { MINUTE } from '../lib/duration.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import { openRoad } from './forward.ts';
import type { Gateway, ModelRequest, Upstream } from './gateway.ts';
import { findToken } from './headers.ts';
import { createMeter } from './meter.ts';
import { Pass } from './pass.ts';
import { sendRefusal } from './refusal.ts';

export interface GatewayOptions {
  upstream: Upstream;
  clock: Clock;
  log: Log;
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
export async function startGateway({ upstream, clock, log, onRequest }: GatewayOptions): Promise<Gateway> {
  const road = openRoad(upstream);
  const passes = new Map<string, Pass>();
  const revoked = new Set<Pass>();
  // Model requests take as long as they take: no limits of time but the one of the connection to the provider.
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
    if (pass.runId === null) return sendRefusal(response, 'no_run');
    const isModelRequest = pathname === '/v1/messages';
    const { passing, recorded, abort } = passOn(
      pass,
      pass.runId,
      request,
      response,
      pathname + search,
      isModelRequest,
    );
    pass.track(passing, recorded, abort);
  }

  function passOn(
    pass: Pass,
    runId: string,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    isModelRequest: boolean,
  ): { passing: Promise<void>; recorded: Promise<void>; abort: () => void } {
    const startedAt = clock.now();
    let askedModel: string | undefined;
    let answer: IncomingMessage | undefined;
    let meter = createMeter(undefined);
    const { ended, abort } = road.forward(request, response, path, {
      onRequestChunk(chunk) {
        askedModel ??= findModel(chunk);
        pass.touch();
      },
      onResponse(received) {
        answer = received;
        meter = createMeter(received.headers['content-type']);
        pass.touch();
      },
      onResponseChunk(chunk) {
        meter.observe(chunk);
        pass.touch();
      },
    });
    const passing = ended.then((error) => {
      if (!error) return;
      const about = { sessionId: pass.sessionId, code: findCode(error) };
      if (answer) log.debug(about, 'A request to the model was cut');
      else log.warn(about, 'The model provider could not be reached');
    });
    const recorded = passing.then(async () => {
      if (!isModelRequest) return;
      const { model, ...usage } = meter.finish();
      try {
        await onRequest({
          tenantId: pass.tenantId,
          sessionId: pass.sessionId,
          runId,
          model: model ?? askedModel ?? 'unknown',
          status: answer?.statusCode ?? 0,
          requestId: findRequestId(answer),
          ...usage,
          startedAt,
          endedAt: clock.now(),
        });
      } catch (error) {
        log.error(
          { err: error, sessionId: pass.sessionId },
          'The usage of a model request could not be recorded',
        );
      }
    });
    return { passing, recorded, abort };
  }

  return {
    url: `http://127.0.0.1:${port}`,
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
      road.close();
      await closed;
    },
  };
}

/** The model that a request asks for; agents put it at the beginning of the body. */
function findModel(chunk: Buffer): string | undefined {
  return /"model"\s*:\s*"([^"\\]{1,200})"/.exec(chunk.toString('latin1'))?.[1];
}

function findRequestId(answer: IncomingMessage | undefined): string | null {
  const id = answer?.headers['request-id'];
  return typeof id === 'string' ? id : null;
}

function findCode(error: Error): unknown {
  return 'code' in error ? error.code : error.name;
}
