import { z } from 'zod';
import { HOUR } from '../../lib/duration.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import { flag, integer, optional } from '../fields.ts';
import { defineRoute } from '../route.ts';
import { validationErrorBody } from './schemas.ts';

const DEFAULT_AGE_HOURS = 24;

export const cleanup = defineRoute({
  name: 'cleanup',
  method: 'DELETE',
  path: '/sessions/cleanup',
  summary: 'Remove the sessions that ended long ago',
  query: z.object({
    max_age_hours: optional(integer(0)).describe(
      'Sessions that ended more than so many hours ago; 0: all that have ended. Default: 24.',
    ),
    all: optional(flag()).describe('Also those that were not started by /execute/.'),
  }),
  responses: {
    200: {
      description: 'Removed.',
      schema: z.object({ removed: z.int(), message: z.string() }).meta({ id: 'Cleanup' }),
    },
    422: { description: 'A parameter does not fit the schema.', schema: validationErrorBody },
  },
  handle: async ({ query }, { context }) => {
    const age = (query.max_age_hours ?? DEFAULT_AGE_HOURS) * HOUR;
    const removed = await context.sessions.cleanup(DEFAULT_TENANT, {
      endedBefore: context.clock.now() - age,
      all: query.all ?? false,
    });
    return { removed, message: `Cleaned up ${removed} old sessions` };
  },
});
