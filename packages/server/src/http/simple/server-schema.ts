import { z } from 'zod';
import { WARNING_CODES } from '../../domain/warning.ts';

const bytes = z.int().nullable();
const time = z.iso.datetime();

/** What `GET /server` answers. */
export const server = z
  .object({
    version: z.string(),
    node_version: z.string().describe('Of Node.js.'),
    started_at: time,
    uptime_seconds: z.int(),
    mode: z.enum(['demo', 'provider']).describe('demo: a script plays the model.'),
    provider_url: z.string().nullable().describe('Where the model is; null in demo mode.'),
    role: z
      .enum(['single', 'node'])
      .describe('single: SQLite, which has one server. node: one of those on a PostgreSQL.'),
    node: z.string().describe('The name of this server.'),
    nodes: z
      .array(z.object({ name: z.string(), seen_at: time, is_this: z.boolean() }))
      .describe('Those that share the database and gave a sign of life within a day, the latest first.'),
    database: z.object({ kind: z.enum(['sqlite', 'postgres']), reachable: z.boolean(), bytes }),
    agents: z.object({
      running: z.int().describe('Runs that this server works on, each with a slot.'),
      max: z.int().describe('Slots.'),
      waiting: z
        .int()
        .nullable()
        .describe('Sessions that wait for a slot, of the whole database; counted up to 10000.'),
      processes: z.int().describe('Of agents, working and warm.'),
      warm: z.int().describe("Those that wait for their session's next run."),
    }),
    memory: z.object({
      server_bytes: z.int().describe('Resident, without agents.'),
      agents_bytes: z.int().describe('Agents with all that they started.'),
      total_bytes: z.int().describe('Of the machine.'),
      free_bytes: z.int().describe('That can still be taken; limits of a container count.'),
      min_free_bytes: z.int().describe('With less no agent starts beside others; 0: never mind.'),
    }),
    sandbox: z.object({
      kind: z.enum(['bubblewrap', 'namespace', 'process-group']),
      reason: z.string().nullable().describe('Why agents are not held more strongly.'),
    }),
    warnings: z
      .array(
        z.object({
          code: z.enum(WARNING_CODES),
          text: z.string().describe('What is so, and what to do.'),
          values: z
            .record(z.string(), z.union([z.string(), z.number()]))
            .describe('Of the text, where it differs.'),
        }),
      )
      .describe('What is weak or misconfigured, the most serious first.'),
    disk: z.object({
      free_bytes: bytes.describe('On the disk of the data dir.'),
      total_bytes: bytes,
      min_free_bytes: z.int().describe('With less, no new work is taken; 0: never mind.'),
      database_bytes: bytes.describe('Sessions, messages and transcripts.'),
      workspaces_bytes: bytes.describe("Sessions' own directories and outputs kept beside the messages."),
      workspaces_measured_at: time.nullable(),
    }),
    streams: z.object({ open: z.int(), max: z.int().describe('0: no limit.') }),
  })
  .meta({ id: 'Server' });
export type Server = z.infer<typeof server>;
