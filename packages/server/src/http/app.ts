import { setMaxListeners } from 'node:events';
import { fastify, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { formatPrefixedId, createId } from '../lib/ids.ts';
import { createKeyCheck } from './auth.ts';
import { limitArrival } from './arrival.ts';
import { registerBodyParsers } from './body.ts';
import { isConsole, registerConsole, wantsConsole } from './console-files.ts';
import type { AppContext } from './context.ts';
import { answerClientError, LIMITS, V1_BODY_LIMIT } from './limits.ts';
import { ApiError } from './errors.ts';
import { answerError, isV1 } from './answer-error.ts';
import { corsHeaders, createOriginRules, preflightHeaders } from './origin.ts';
import { routes } from './routes.ts';
import { createHeaderCheck } from './v1/headers.ts';

/** The HTTP side of the server; `listen` and `close` are the caller's. */
export function createApp(context: AppContext, limits = LIMITS): FastifyInstance {
  // Every stream and every wait listens to it: many listeners are no leak here.
  setMaxListeners(0, context.signal);
  const { requestTimeout, uploadTimeout, ...nodeLimits } = limits;
  const app = fastify({
    ...nodeLimits,
    genReqId: () => formatPrefixedId('req', createId(context.clock.now())),
    clientErrorHandler: answerClientError,
    rewriteUrl: (request) => keepDecodable(request.url ?? '/'),
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: limits.http.maxHeaderSize },
    exposeHeadRoutes: false,
    // While the app closes, what is still coming in is answered as ever, with `Connection: close`.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  });
  limitArrival(app, { requestTimeout, uploadTimeout });
  registerBodyParsers(app);
  app.setErrorHandler((error, request, reply) => answerError(error, request, reply, context.log));
  app.addHook('onRequest', createGuard(context));
  app.addHook('onResponse', async (request, reply) => report(request, reply, context));
  for (const route of routes) {
    app.route({
      method: route.method,
      url: toUrl(route.path),
      ...(route.api === 'v1' && { bodyLimit: V1_BODY_LIMIT }),
      config: { ...(route.takesFile && { takesFile: true }), ...(route.takesLines && { takesLines: true }) },
      handler: (request, reply) => route.run({ context, request, reply }),
    });
  }
  registerConsole(app);
  return app;
}

/** What every request must pass before its body is read: who asks, from where, and whether for something that exists. */
function createGuard(
  context: AppContext,
): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const checkKey = createKeyCheck(context.config.apiKeys);
  const checkApprovalKey = createKeyCheck(context.approvalKeys, 'approval_key');
  const origins = createOriginRules(context.config);
  const open = new Set(routes.filter((route) => route.open).map((route) => toUrl(route.path)));
  const v1 = new Map(routes.filter((route) => route.api === 'v1').map((route) => [toUrl(route.path), route]));
  const keyed = new Set(routes.filter((route) => route.keyed).map((route) => toUrl(route.path)));

  const checkHeaders = createHeaderCheck(context.config.hostedStrictness);

  return async (request, reply) => {
    reply.headers({ ...FIXED_HEADERS, 'request-id': request.id });
    if (open.has(request.routeOptions.url ?? '')) return;
    const { host, origin } = request.headers;
    origins.checkHost(host);
    if (origins.checkOrigin(origin, host) && origin !== undefined) {
      reply.headers(corsHeaders(origin));
      if (request.method === 'OPTIONS' && request.headers['access-control-request-method']) {
        return reply
          .code(204)
          .headers(preflightHeaders(methodsOf(request.url)))
          .send();
      }
    }
    if (isConsole(request)) return;
    if (wantsConsole(request)) return reply.header('vary', 'Origin, Accept').redirect('/console/');
    // The hosted API looks at the key of what exists only.
    if (request.is404 && isV1(request)) throw nothingHere(request.url);
    const check = keyed.has(request.routeOptions.url ?? '') ? checkApprovalKey : checkKey;
    check(request.headers);
    if (request.is404) throw nothingHere(request.url);
    const route = v1.get(request.routeOptions.url ?? '');
    if (route) checkHeaders(request.headers, route);
  };
}

function nothingHere(url: string): ApiError {
  const methods = methodsOf(url);
  if (methods.length === 0) return new ApiError('not_found');
  return new ApiError('method_not_allowed', {}, { allow: methods.join(', ') });
}

function report({ method, routeOptions }: FastifyRequest, reply: FastifyReply, context: AppContext): void {
  const isStream = String(reply.raw.getHeader('content-type')).startsWith('text/event-stream');
  context.telemetry.requestAnswered({
    method,
    // As the documentation writes it.
    route: routeOptions.url?.replace(/:(\w+)/g, '{$1}') ?? 'none',
    status: reply.statusCode,
    durationMs: isStream ? undefined : reply.elapsedTime,
  });
}

const FIXED_HEADERS = {
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  // Whether CORS headers are there depends on who asks.
  vary: 'Origin',
};

function toUrl(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

/** What may be done with the thing at this URL; nothing: there is no such thing. */
function methodsOf(url: string): string[] {
  const path = url.split('?', 1)[0] ?? '';
  return [...new Set(PATTERNS.flatMap(({ method, pattern }) => (pattern.test(path) ? [method] : [])))];
}

const PATTERNS = routes.map(({ method, path }) => {
  const inner = path
    .replace(/\/$/, '')
    .replaceAll('.', '\\.')
    .replace(/\{\w+\}/g, '[^/]+');
  return { method, pattern: new RegExp(`^${inner}/?$`) };
});

/** A path with a broken escape is taken literally: any string may be a session id. */
function keepDecodable(url: string): string {
  const [path = '', ...query] = url.split('?');
  try {
    decodeURIComponent(path);
    return url;
  } catch {
    return [path.replaceAll('%', '%25'), ...query].join('?');
  }
}
