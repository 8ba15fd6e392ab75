import { z } from 'zod';
import { DELIVERY_STATES } from '../../domain/webhook.ts';

// What the simple API answers. Types are inferred from here, and so is its documentation.

export const statusName = z.enum(['pending', 'running', 'completed', 'error', 'cancelled']);
export type StatusName = z.infer<typeof statusName>;

const sessionId = z
  .uuid()
  .describe('The same session is `sesn_01…` in /v1: either form is accepted everywhere.');
const time = z.iso.datetime().describe('UTC, with milliseconds and Z.');

export const message = z
  .object({
    type: z.enum(['UserMessage', 'AssistantMessage', 'SystemMessage', 'ResultMessage']),
    content: z
      .record(z.string(), z.unknown())
      .describe(
        'The fields that the class of this name has in the Claude Agent SDK for Python. `full_output` (`path`, `bytes`) says ' +
          'where the whole is of what was too large.',
      ),
    timestamp: time,
  })
  .meta({ id: 'Message' });
export type Message = z.infer<typeof message>;

const runSummary = z
  .object({
    session_id: z.string().describe("Claude's own session id."),
    num_turns: z.int(),
    duration_ms: z.number(),
    total_cost_usd: z.number(),
    usage: z.record(z.string(), z.unknown()),
    result: z.string().nullable().describe('The final text.'),
    structured_output: z.unknown(),
    model_usage: z.record(
      z.string(),
      z.object({
        input_tokens: z.number(),
        output_tokens: z.number(),
        cache_read_input_tokens: z.number(),
        cache_creation_input_tokens: z.number(),
        cost_usd: z.number(),
      }),
    ),
  })
  .meta({ id: 'Result' });
export type RunSummary = z.infer<typeof runSummary>;

export const approval = z
  .object({
    id: z.uuid(),
    session_id: sessionId,
    status: z.enum(['open', 'allowed', 'denied', 'expired']),
    kind: z
      .enum(['permission', 'question', 'custom_tool'])
      .describe(
        "A permission is allowed or denied; a question is the agent's own and is answered; the result of a custom tool " +
          'is sent through `/v1`.',
      ),
    tool_name: z.string(),
    tool_use_id: z.string(),
    parent_tool_use_id: z.string().nullable().describe('Set when a subagent asks.'),
    input: z.record(z.string(), z.unknown()),
    questions: z
      .array(z.unknown())
      .nullable()
      .describe(
        'Of a question: `{ question, header, options: [{ label, description }], multiSelect }` each.',
      ),
    rules: z.array(z.string()).describe('What `remember` would allow for the rest of the session.'),
    reason: z.string().nullable().describe('Why the agent asks, in its words.'),
    created_at: time,
    closed_at: time.nullable(),
    decision: z
      .object({
        decision: z.enum(['allow', 'deny']),
        by: z.string(),
        message: z.string().nullable(),
        input: z.record(z.string(), z.unknown()).nullable(),
        remember: z.boolean(),
      })
      .nullable(),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof approval>;

export const status = z
  .object({
    session_id: sessionId,
    status: statusName,
    result: runSummary.nullable(),
    error: z.string().nullable(),
    duration_ms: z
      .number()
      .nullable()
      .describe('From the start of the last run to its end, or to now; null before it starts.'),
    total_cost_usd: z
      .number()
      .nullable()
      .describe('Of the whole session, all its runs together; null before the first result.'),
    message_count: z.int(),
    pending_approvals: z.array(approval).describe('The tool calls of this session that wait for a person.'),
  })
  .meta({ id: 'Status' });
export type Status = z.infer<typeof status>;

const processUsage = z
  .object({
    pid: z.int().describe('The root of the tree.'),
    rss_bytes: z.int().describe('Memory of all of them; what they share counts for each.'),
    cpu_seconds: z.number().describe('Of all of them since the agent process started, the ended ones too.'),
    processes: z.int(),
  })
  .meta({ id: 'ProcessUsage' });

export const statusWithMessages = status
  .extend({
    messages: z.array(message),
    process: processUsage
      .nullable()
      .describe(
        'What the agent process takes, with all that it started, at most a second ago; null: there is none here.',
      ),
  })
  .meta({ id: 'StatusWithMessages' });
export type StatusWithMessages = z.infer<typeof statusWithMessages>;

export const listedSession = z
  .object({
    session_id: sessionId,
    status: statusName,
    prompt: z.string().describe('The prompts so far, joined by "\\n\\n--- Session Resume ---\\n".'),
    created_at: time,
    start_time: time.nullable(),
    end_time: time.nullable(),
    error: z.string().nullable(),
    result: runSummary.nullable(),
    message_count: z.int(),
    claude_session_id: z.string().nullable().describe("Null until the agent's first message."),
    total_cost_usd: z.number().nullable(),
    title: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()).nullable(),
    model: z.string().nullable(),
    cwd: z.string(),
  })
  .meta({ id: 'Session' });
export type ListedSession = z.infer<typeof listedSession>;

export const delivery = z
  .object({
    id: z.uuid().describe("The message's `webhook-id`."),
    type: z.enum(['run.completed', 'run.failed', 'run.cancelled', 'approval.requested']),
    session_id: sessionId,
    status: z.enum(DELIVERY_STATES),
    attempts: z.int().describe('How often it was sent, one under way included.'),
    created_at: time,
    last_attempt_at: time.nullable(),
    next_attempt_at: time.nullable().describe('Null: it is not sent any more.'),
    response_status: z.int().nullable().describe('Of the last attempt; null when nobody answered.'),
    error: z.string().nullable().describe('Why the last attempt failed.'),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof delivery>;

/** The answer to what changes a session. */
export const change = z
  .object({ session_id: sessionId, status: statusName, message: z.string() })
  .meta({ id: 'Change' });

export const errorBody = z.object({ detail: z.string() }).meta({ id: 'Error' });

export const validationErrorBody = z
  .object({
    detail: z.array(
      z.object({
        type: z.string(),
        loc: z.array(z.union([z.string(), z.int()])),
        msg: z.string(),
        input: z.unknown(),
      }),
    ),
  })
  .meta({ id: 'ValidationError' });

export const sessionParams = z.object({
  session_id: z.string().describe('A UUID, or the `sesn_01…` of /v1.'),
});
