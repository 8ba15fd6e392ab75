import { z } from 'zod';
import { text } from '../fields.ts';
import { userDefineOutcome, userMessage } from './event-schemas.ts';

// The fields of requests that make or change a session.

const MAX_TITLE = 1000;
const MAX_INITIAL_EVENTS = 50;
/** Twelve digits of cents are more than anybody has. */
const CENTS = /^[1-9]\d{0,11}$/;

export const titleField = text().max(MAX_TITLE);

export const budgetField = z
  .strictObject({
    type: z.literal('limit'),
    max_list_cost: z.strictObject({
      amount: z
        .string()
        .regex(CENTS, "Input should be whole cents without leading zeros, such as '2500' for $25.00"),
      currency: z.literal('USD'),
    }),
  })
  .describe(
    'A cap on what the session may cost at list price. It can be raised and removed, not added later.',
  );

/** What the SDKs have a field for and this server cannot give. */
export const vaultIdsField = z
  .array(z.string())
  .refine((ids) => ids.length === 0, 'This server has no vaults yet; leave it out or send []')
  .describe('Not supported yet.');

export const initialEventsField = z
  .array(z.discriminatedUnion('type', [userMessage, userDefineOutcome]))
  .max(MAX_INITIAL_EVENTS)
  .superRefine((events, context) => {
    const outcomes = [...events.entries()].filter(([, { type }]) => type === 'user.define_outcome');
    const [, second] = outcomes;
    if (second) {
      context.addIssue({ code: 'custom', path: [second[0]], message: 'At most one outcome can be defined' });
    }
  })
  .describe('What the session begins with; it is running then.');
