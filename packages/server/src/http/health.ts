import { z } from 'zod';
import { ApiError } from './errors.ts';
import { defineRoute } from './route.ts';
import { errorBody } from './simple/schemas.ts';

const ok = z.object({ status: z.literal('ok') });

export const alive = defineRoute({
  name: 'healthz',
  method: 'GET',
  path: '/healthz',
  summary: 'Whether the server runs',
  open: true,
  responses: { 200: { description: 'It does.', schema: ok } },
  handle: () => ({ status: 'ok' }),
});

export const ready = defineRoute({
  name: 'readyz',
  method: 'GET',
  path: '/readyz',
  summary: 'Whether the server takes new work',
  open: true,
  responses: {
    200: { description: 'It does.', schema: ok },
    503: { description: 'It starts or stops, or nothing can be stored at the moment.', schema: errorBody },
  },
  handle: async (_input, { context }) => {
    if (!context.isReady()) throw new ApiError('not_ready');
    if (!(await context.storeAnswers())) throw new ApiError('store_unavailable');
    return { status: 'ok' };
  },
});
