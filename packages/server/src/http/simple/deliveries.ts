import { z } from 'zod';
import { DELIVERY_STATES } from '../../domain/webhook.ts';
import { parseId } from '../../lib/ids.ts';
import { RequestRepeated } from '../../sessions/errors.ts';
import { DEFAULT_TENANT, type DeliveryRecord } from '../../store/records.ts';
import { ApiError } from '../errors.ts';
import { integer, optional } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { formatTime } from '../format-time.ts';
import { delivery, errorBody, validationErrorBody, type Delivery } from './schemas.ts';

const DEFAULT_LIMIT = 100;

export const listDeliveries = defineRoute({
  name: 'deliveries',
  method: 'GET',
  path: '/webhooks/deliveries',
  summary: 'List the messages to the webhook, newest first',
  query: z.object({
    status: optional(z.enum(DELIVERY_STATES)),
    limit: optional(integer(1, 1000)).describe(
      'At most so many; `Link` leads to the next page. Default: 100.',
    ),
    before: z.string().optional().describe('Only messages older than this one.'),
  }),
  responses: {
    200: { description: 'A page; messages are kept for 30 days.', schema: z.array(delivery) },
    404: { description: '`before` is no id of a message.', schema: errorBody },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
  },
  handle: async ({ query }, { context, reply }) => {
    const { status, limit = DEFAULT_LIMIT } = query;
    const before = query.before === undefined ? undefined : parseDeliveryId(query.before);
    // One more than asked for tells whether there is a next page.
    const found = await context.store.listDeliveries(DEFAULT_TENANT, {
      limit: limit + 1,
      state: status,
      before,
    });
    const page = found.slice(0, limit);
    const last = page.at(-1);
    if (found.length > limit && last) {
      const next = new URLSearchParams({
        limit: String(limit),
        before: last.id,
        ...(status && { status }),
      });
      reply.header('link', `</webhooks/deliveries?${next.toString()}>; rel="next"`);
    }
    return page.map(projectDelivery);
  },
});

export const replayDelivery = defineRoute({
  name: 'replay',
  method: 'POST',
  path: '/webhooks/deliveries/{delivery_id}/replay',
  summary: 'Send a message to the webhook again',
  once: true,
  params: z.object({ delivery_id: z.string() }),
  responses: {
    200: {
      description: 'It is sent again in a moment, under the same webhook-id.',
      schema: z
        .object({ id: z.uuid(), status: z.literal('pending'), message: z.string() })
        .meta({ id: 'Replay' }),
    },
    400: { description: 'This server has no webhook.', schema: errorBody },
    404: { description: 'No such message.', schema: errorBody },
    409: { description: 'The Idempotency-Key was used for another request.', schema: errorBody },
  },
  handle: async ({ params }, { context, remember }) => {
    const id = parseDeliveryId(params.delivery_id);
    if (context.config.webhook === undefined) throw new ApiError('no_webhook');
    const answer = { id, status: 'pending', message: `Delivery ${id} will be sent again` };
    const result = await context.store.replayDelivery(DEFAULT_TENANT, {
      id,
      now: context.clock.now(),
      idempotency: remember(answer),
    });
    if (result.ok) return answer;
    if (result.conflict === 'repeated') throw new RequestRepeated();
    throw new ApiError('delivery_not_found', { id: params.delivery_id });
  },
});

function parseDeliveryId(text: string): string {
  const id = parseId('msg', text);
  if (id === undefined) throw new ApiError('delivery_not_found', { id: text });
  return id;
}

function projectDelivery(record: DeliveryRecord): Delivery {
  return {
    id: record.id,
    type: record.type,
    session_id: record.sessionId,
    status: record.state,
    attempts: record.attempts,
    created_at: formatTime(record.createdAt),
    last_attempt_at: record.lastAttemptAt === null ? null : formatTime(record.lastAttemptAt),
    next_attempt_at: record.nextAttemptAt === null ? null : formatTime(record.nextAttemptAt),
    response_status: record.responseStatus,
    error: record.error,
  };
}
