import { z } from 'zod';

// How the documentation describes events. The types of the official SDKs say what each holds.

export const sessionEvent = z
  .looseObject({
    id: z.string(),
    type: z.string(),
    processed_at: z.string().nullable().describe('RFC 3339, in microseconds; null: not yet.'),
  })
  .meta({ id: 'SessionEvent' });

export const sentEvents = z.object({ data: z.array(sessionEvent) }).meta({ id: 'SentEvents' });
