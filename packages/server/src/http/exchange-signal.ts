import type { Exchange } from './route.ts';

/**
 * Does long work under a controller that aborts when the client is gone or the server stops. The listeners go with
 * the work: the server's signal outlives thousands of requests.
 */
export async function whileConnected<T>(
  { context, reply }: Pick<Exchange, 'context' | 'reply'>,
  work: (controller: AbortController) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (context.signal.aborted || reply.raw.destroyed) abort();
  context.signal.addEventListener('abort', abort, { once: true });
  reply.raw.once('close', abort);
  try {
    return await work(controller);
  } finally {
    context.signal.removeEventListener('abort', abort);
    reply.raw.off('close', abort);
  }
}
