import type { FastifyInstance } from 'fastify';
import { answerClientError } from './limits.ts';

/** Node has one such limit for all requests, but a file may take longer to arrive than anything else. */
export function limitArrival(
  app: FastifyInstance,
  { requestTimeout, uploadTimeout }: { requestTimeout: number; uploadTimeout: number },
): void {
  app.addHook('onRequest', async ({ raw, routeOptions }, reply) => {
    if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return;
    const timer = setTimeout(
      () => {
        if (raw.complete) return;
        answerClientError(Object.assign(new Error(), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
      },
      routeOptions.config.takesFile ? uploadTimeout : requestTimeout,
    ).unref();
    reply.raw.once('close', () => clearTimeout(timer));
  });
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body is a form with a file, which its handler reads. */
    takesFile?: true;
    /** Its body is JSONL. */
    takesLines?: true;
  }
}
