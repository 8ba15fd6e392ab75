import { SECOND } from '../../lib/duration.ts';
import type { Overview } from '../overview.ts';
import { defineRoute } from '../route.ts';
import { formatTime } from '../format-time.ts';
import { server as schema, type Server } from './server-schema.ts';

export const server = defineRoute({
  name: 'server',
  method: 'GET',
  path: '/server',
  summary: 'How the server is, what it uses and what is left, and what is weak or misconfigured',
  responses: {
    200: {
      description: 'As it was a moment ago; null: not known yet, or not to be had on this system.',
      schema,
    },
  },
  handle: async (_input, { context: { version, disk, streams, overview } }): Promise<Server> => {
    const { use, minFreeBytes } = disk;
    const seen = await overview();
    return {
      version,
      ...projectOverview(seen),
      database: {
        kind: seen.database.kind,
        reachable: seen.database.isReachable,
        bytes: use.databaseBytes,
      },
      disk: {
        free_bytes: use.freeBytes,
        total_bytes: use.totalBytes,
        min_free_bytes: minFreeBytes,
        database_bytes: use.databaseBytes,
        workspaces_bytes: use.workspacesBytes,
        workspaces_measured_at:
          use.workspacesMeasuredAt === null ? null : formatTime(use.workspacesMeasuredAt),
      },
      streams: { open: streams.open, max: streams.max },
    };
  },
});

function projectOverview(seen: Overview): Omit<Server, 'version' | 'database' | 'disk' | 'streams'> {
  const { model, role, agents, memory, sandbox } = seen;
  return {
    node_version: process.versions.node,
    started_at: formatTime(seen.startedAt),
    uptime_seconds: Math.floor(seen.uptimeMs / SECOND),
    mode: model.mode,
    provider_url: model.mode === 'provider' ? model.url : null,
    role: role.kind,
    node: seen.node,
    nodes:
      role.kind === 'single'
        ? []
        : role.nodes.map(({ name, seenAt, isThis }) => ({
            name,
            seen_at: formatTime(seenAt),
            is_this: isThis,
          })),
    agents,
    memory: {
      server_bytes: memory.serverBytes,
      agents_bytes: memory.agentsBytes,
      total_bytes: memory.totalBytes,
      free_bytes: memory.freeBytes,
      min_free_bytes: memory.minFreeBytes,
    },
    sandbox: { kind: sandbox.kind, reason: sandbox.reason ?? null },
    warnings: seen.warnings,
  };
}
