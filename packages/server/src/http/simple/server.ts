import { z } from 'zod';
import { defineRoute } from '../route.ts';

const bytes = z.int().nullable();

export const server = defineRoute({
  name: 'server',
  method: 'GET',
  path: '/server',
  summary: 'What the server uses, and what is left',
  responses: {
    200: {
      description: 'As it was a moment ago; null: not known yet, or not to be had on this system.',
      schema: z
        .object({
          version: z.string(),
          disk: z.object({
            free_bytes: bytes.describe('On the disk of the data dir.'),
            min_free_bytes: z.int().describe('With less, no new work is taken; 0: never mind.'),
            database_bytes: bytes.describe('Sessions, messages and transcripts.'),
            workspaces_bytes: bytes.describe(
              "Sessions' own directories and outputs kept beside the messages.",
            ),
            workspaces_measured_at: z.iso.datetime().nullable(),
          }),
          streams: z.object({ open: z.int(), max: z.int().describe('0: no limit.') }),
        })
        .meta({ id: 'Server' }),
    },
  },
  handle: (_input, { context: { version, disk, streams } }) => ({
    version,
    disk: {
      free_bytes: disk.use.freeBytes,
      min_free_bytes: disk.minFreeBytes,
      database_bytes: disk.use.databaseBytes,
      workspaces_bytes: disk.use.workspacesBytes,
      workspaces_measured_at:
        disk.use.workspacesMeasuredAt === null ? null : new Date(disk.use.workspacesMeasuredAt).toISOString(),
    },
    streams: { open: streams.open, max: streams.max },
  }),
});
