import { z } from 'zod';
import { statusName } from './schemas.ts';

// What the routes of usage answer.

const counts = z.object({
  requests: z.int().describe('To the model, failed ones too.'),
  failed_requests: z.int().describe('Without an answer, or with a status of 400 and more.'),
  input_tokens: z.int().describe('Neither read from the cache nor written to it.'),
  output_tokens: z.int(),
  cache_read_input_tokens: z.int(),
  cache_creation_input_tokens: z.int(),
  cost_usd: z.number().describe('At list price.'),
});
export type Counts = z.infer<typeof counts>;

const day = z.iso.date();
const agentId = z.string().describe('Sessions of `/execute/` have the built-in agent of /v1.');
const agentName = z.string().nullable().describe('Null: it was deleted.');

const withSeries = counts.extend({
  cost_by_day: z.array(z.number()).describe('One for each of `days`.'),
  tokens_by_day: z.array(z.int()).describe('One for each of `days`: of all four kinds together.'),
});

export const usage = z
  .object({
    from: day,
    to: day,
    totals: counts,
    days: z.array(counts.extend({ day })).describe('Every day, the first one first.'),
    by_agent: z
      .array(withSeries.extend({ agent_id: agentId, name: agentName }))
      .describe('The costliest first, at most 100; the others are what is missing to `totals`.'),
    agents_left_off: z.int(),
    by_model: z.array(withSeries.extend({ model: z.string() })).describe('The costliest first, at most 100.'),
    models_left_off: z.int(),
    by_tenant: z.array(counts.extend({ tenant: z.string() })),
    failures: z
      .array(z.object({ day, kind: z.string(), count: z.int() }))
      .describe('Runs that ended in error, by the failures of docs/reference/errors.md.'),
  })
  .meta({ id: 'Usage' });
export type Usage = z.infer<typeof usage>;

export const costliestSessions = z
  .object({
    from: day,
    to: day,
    sessions: z.array(
      z.object({
        session_id: z.uuid(),
        id: z.string().describe('The same session in /v1.'),
        title: z.string().nullable(),
        status: statusName,
        agent_id: agentId,
        agent: agentName,
        cost_usd: z.number().describe('Of the whole session so far.'),
        last_used: day.describe('On which it last cost something.'),
        created_at: z.iso.datetime(),
      }),
    ),
  })
  .meta({ id: 'CostliestSessions' });
