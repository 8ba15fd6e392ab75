import { createHash } from 'node:crypto';
import { z } from 'zod';
import { HOUR } from '../lib/duration.ts';
import { DEFAULT_TENANT, type IdempotencyRecord } from '../store/records.ts';
import { ApiError } from './errors.ts';
import type { Exchange, Remember, Route } from './route.ts';
import { validate } from './validate.ts';

const KEPT_MS = 24 * HOUR;
const PRINTABLE = /^[\x20-\x7e]*$/;

/** The header of every route that creates or sends something. */
export const idempotencyHeaders = z.object({
  'idempotency-key': z
    .string()
    .min(1)
    .max(255)
    .regex(PRINTABLE, 'Input should be printable ASCII')
    .optional()
    .describe(
      'The same key and request within 24 hours get the answer of the first one, which alone is carried out; ' +
        'another request with that key is refused.',
    ),
});

/**
 * Carries a request out once for each Idempotency-Key. `handle` stores what `remember` gives it in the transaction
 * that makes what is asked for: so there is never one without the other, whenever the server dies. A request that
 * fails is not remembered. `body`: what the client sent, as far as it is not in the request any more.
 */
export async function answerOnce(
  route: Pick<Route, 'method' | 'path'>,
  exchange: Omit<Exchange, 'remember'>,
  handle: (remember: Remember) => Promise<unknown>,
  body: unknown = exchange.request.body,
): Promise<unknown> {
  const { context, request } = exchange;
  const key = validate({ headers: idempotencyHeaders }, request).headers['idempotency-key'];
  if (key === undefined) return handle(() => undefined);

  const scope = `${route.method} ${route.path}`;
  const requestHash = hash([request.params, request.query, body ?? {}]);
  const find = (): Promise<IdempotencyRecord | undefined> =>
    context.store.readIdempotency(DEFAULT_TENANT, { scope, key, now: context.clock.now() });
  const known = await find();
  if (known) return repeat(known, requestHash, exchange);
  try {
    return await handle((answer) => {
      const now = context.clock.now();
      const text = JSON.stringify(answer);
      return { scope, key, requestHash, answer: text, createdAt: now, expiresAt: now + KEPT_MS };
    });
  } catch (error) {
    // Of equal requests at the same time one is first. Whatever the others ran into, its answer is theirs too.
    const first = await find();
    if (!first) throw error;
    return repeat(first, requestHash, exchange);
  }
}

function repeat(known: IdempotencyRecord, requestHash: string, { reply }: Pick<Exchange, 'reply'>): string {
  if (known.requestHash !== requestHash) throw new ApiError('idempotency_key_used');
  reply.header('idempotent-replayed', 'true').type('application/json; charset=utf-8');
  return known.answer;
}

/** Of a JSON value, whatever the order of its keys. */
function hash(value: unknown): string {
  const text = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
  return createHash('sha256').update(text).digest('hex');
}
