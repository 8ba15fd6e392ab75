import { useQuery } from '@tanstack/react-query';
import { request } from './http.ts';

/** What an agent said of itself when it started. */
export interface AgentStart {
  cwd: string | undefined;
  model: string | undefined;
  permissionMode: string | undefined;
  tools: readonly string[];
  servers: readonly { name: string; status: string }[];
}

interface EventPage {
  data: { type: string; subtype?: unknown; data?: Record<string, unknown> }[];
}

/** Of the latest start in a session. `turn`: it is asked for again when there is another one. */
export function useAgentStart(sessionId: string, turn: number): AgentStart | undefined {
  const { data } = useQuery({
    queryKey: ['agent-start', sessionId, turn],
    queryFn: async ({ signal }) => {
      const query = {
        'include[]': 'results',
        'types[]': 'bullpen.agent_system',
        order: 'desc',
        limit: 20,
      };
      const page = await request<EventPage>(`/v1/sessions/${sessionId}/events`, { query, signal });
      const found = page.data.find(({ subtype }) => subtype === 'init')?.data;
      return found ? parse(found) : null;
    },
    staleTime: Infinity,
    placeholderData: (before) => before,
    retry: false,
  });
  return data ?? undefined;
}

function parse({
  cwd,
  model,
  permissionMode,
  tools,
  mcp_servers: servers,
}: Record<string, unknown>): AgentStart {
  return {
    cwd: textOf(cwd),
    model: textOf(model),
    permissionMode: textOf(permissionMode),
    tools: Array.isArray(tools) ? tools.filter((tool) => typeof tool === 'string') : [],
    servers: (Array.isArray(servers) ? servers : []).flatMap((server: unknown) => {
      const { name, status }: { name?: unknown; status?: unknown } = Object(server);
      return typeof name === 'string' ? [{ name, status: textOf(status) ?? '' }] : [];
    }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
