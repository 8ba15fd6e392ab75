import { z } from 'zod';
import { sessionAgent } from './agent-schemas.ts';
import { timestamp } from './fields.ts';
import { sessionResource } from './resource-schemas.ts';

// Sessions and their threads, as `/v1` shows them.

const tokens = z.int().min(0);
const seconds = z.number().min(0);

const SESSION_STATUSES = ['idle', 'running', 'rescheduling', 'terminated'] as const;
export const sessionStatus = z.enum(SESSION_STATUSES);
export type SessionStatus = z.infer<typeof sessionStatus>;

/** In whole cents, as a string. */
const money = z.object({ amount: z.string(), currency: z.literal('USD') });

const budget = z.object({ type: z.literal('limit'), max_list_cost: money }).meta({ id: 'Budget' });

const usage = z
  .object({
    input_tokens: tokens,
    output_tokens: tokens,
    cache_read_input_tokens: tokens,
    cache_creation: z.object({ ephemeral_5m_input_tokens: tokens, ephemeral_1h_input_tokens: tokens }),
    server_tool_use: z.object({ web_search_requests: z.int(), web_fetch_requests: z.int() }),
    list_cost: money,
    active_seconds: seconds,
  })
  .meta({ id: 'SessionUsage' });

const outcome = z
  .object({
    type: z.literal('outcome_evaluation'),
    outcome_id: z.string(),
    description: z.string(),
    iteration: z.int(),
    result: z.string(),
    explanation: z.string().nullable(),
    completed_at: timestamp.nullable(),
  })
  .meta({ id: 'OutcomeEvaluation' });

export const session = z
  .object({
    id: z.string(),
    type: z.literal('session'),
    agent: sessionAgent,
    environment_id: z.string(),
    title: z.string().nullable(),
    metadata: z.record(z.string(), z.string()),
    resources: z.array(sessionResource),
    vault_ids: z.array(z.string()).describe('Always empty.'),
    deployment_id: z.null(),
    status: sessionStatus,
    stats: z.object({ active_seconds: seconds, duration_seconds: seconds }),
    usage,
    budget: budget.nullable(),
    outcome_evaluations: z.array(outcome),
    forked_from: z
      .object({ session_id: z.string(), event_id: z.string().nullable().describe('Null: all of it.') })
      .optional()
      .describe('An extension: where a fork comes from. That session may be gone.'),
    created_at: timestamp,
    updated_at: timestamp,
    archived_at: timestamp.nullable(),
  })
  .meta({ id: 'ManagedSession' });
export type Session = z.infer<typeof session>;

const { multiagent: _, ...threadAgentFields } = sessionAgent.shape;

export const thread = z
  .object({
    id: z.string(),
    type: z.literal('session_thread'),
    session_id: z.string(),
    parent_thread_id: z.null().describe('Null: there are no other threads than the primary one.'),
    agent: z.object(threadAgentFields).meta({ id: 'SessionThreadAgent' }),
    status: sessionStatus,
    stats: session.shape.stats
      .extend({ startup_seconds: seconds })
      .nullable()
      .describe('Null until the thread works for the first time.'),
    usage: usage.nullable().describe('Null until the thread is idle after its first work.'),
    workflow_run_id: z.null(),
    created_at: timestamp,
    updated_at: timestamp,
    archived_at: timestamp.nullable(),
  })
  .meta({ id: 'SessionThread' });
export type Thread = z.infer<typeof thread>;
