import { z } from 'zod';
import type { AgentSystemEvent } from '../domain/event.ts';
import type { SessionErrorEvent } from '../domain/managed-events.ts';

const servers = z.array(z.looseObject({ name: z.string(), status: z.string() }));

/** Tells of the MCP servers that an agent could not use, each once. It goes on without their tools. */
export class McpTrouble {
  readonly #told = new Set<string>();

  /** `body`: of the agent's first word in every round. */
  observe({ subtype, data }: AgentSystemEvent): SessionErrorEvent[] {
    if (subtype !== 'init') return [];
    const known = servers.safeParse(data['mcp_servers']);
    return (known.data ?? []).flatMap(({ name, status }): SessionErrorEvent[] => {
      const isRefused = status === 'needs-auth';
      if ((!isRefused && status !== 'failed') || this.#told.has(name)) return [];
      this.#told.add(name);
      return [
        {
          type: 'session.error',
          error: {
            type: isRefused ? 'mcp_authentication_failed_error' : 'mcp_connection_failed_error',
            message: isRefused
              ? `The MCP server "${name}" refused the connection: it asks for a login. The session goes on without its tools.`
              : `The MCP server "${name}" could not be reached. The session goes on without its tools.`,
            mcp_server_name: name,
          },
          retry: 'retrying',
        },
      ];
    });
  }
}
