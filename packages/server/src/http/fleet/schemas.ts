import { z } from 'zod';
import { FAILURES, type FailureType } from '../../domain/failure.ts';
import { approval, statusName } from '../simple/schemas.ts';
import { sessionStatus } from '../v1/session-schemas.ts';

// The frames of the fleet's stream. Types are inferred from here, and so is its documentation.

const id = z.uuid();
const time = z.iso.datetime().describe('UTC, with milliseconds and Z.');

const waitsFor = z
  .object({
    kind: z
      .enum(['approval', 'question', 'custom_tool', 'budget', 'provider', 'node'])
      .describe(
        'Open calls, by the first kind that is there; else the budget of `/v1`, a model provider that is asked again, or ' +
          'another server that has the files and is away.',
      ),
    tools: z.array(z.string()).describe('Whose calls wait, each once.'),
    count: z.int().describe('Open calls.'),
    since: time.describe('Of the oldest of them.'),
  })
  .meta({ id: 'FleetWait' });
export type WaitsFor = z.infer<typeof waitsFor>;

const failureType = z.enum(Object.keys(FAILURES) as [FailureType, ...FailureType[]]);

export const fleetRow = z
  .object({
    session_id: id.describe('Sorts by time of creation.'),
    id: z.string().describe('The same session in `/v1`.'),
    origin: z.enum(['simple', 'v1']).describe('Which API started it.'),
    status: statusName,
    state: z
      .object({
        status: sessionStatus,
        stop_reason: z
          .enum(['end_turn', 'requires_action', 'budget_reached', 'refusal', 'retries_exhausted'])
          .nullable()
          .describe('Null while it works, and before its first work.'),
      })
      .describe('In the words of `/v1`.'),
    waits_for: waitsFor.nullable(),
    title: z.string().nullable(),
    prompt: z.string().nullable().describe('The beginning of the first one: at most 200 characters.'),
    agent: z
      .object({ id: z.string(), name: z.string(), version: z.int() })
      .nullable()
      .describe('Null: started without one.'),
    model: z.string().nullable().describe("As it was asked for; null: the server's default."),
    cost_usd: z.number().describe("As of the agent's last result."),
    tokens: z.object({
      input: z.int(),
      output: z.int(),
      cache_read: z.int(),
      cache_creation: z.int(),
    }),
    message_count: z.int(),
    metadata: z.record(z.string(), z.unknown()),
    cwd: z.string(),
    workspace: z.enum(['own', 'directory']).describe('A directory of its own, or one that the client named.'),
    error: z
      .object({ type: failureType, message: z.string() })
      .nullable()
      .describe('Why the last run failed, in at most 300 characters.'),
    created_at: time,
    updated_at: time,
    last_activity_at: time.describe('Of the last event of its log.'),
    started_at: time.nullable().describe('Of the last run.'),
    ended_at: time.nullable().describe('Of the last run; null while it is open.'),
    archived_at: time.nullable(),
  })
  .meta({ id: 'FleetRow' });
export type FleetRow = z.infer<typeof fleetRow>;

/** What the `data` of a frame is, by the frame's event. */
export const fleetFrames = z.union([
  z.object({ rows: z.array(fleetRow) }).describe('`session`'),
  z
    .object({ session_id: id, open: z.array(approval) })
    .describe('`approvals`: all open calls of this session, oldest first'),
  z.object({ locked: z.literal(true) }).describe('`approvals`, once: the key may not see them'),
  z.object({ ids: z.array(id) }).describe('`removed`'),
  z.object({ truncated: z.boolean() }).describe('`ready`'),
  z.object({}).describe('`ping`'),
]);
