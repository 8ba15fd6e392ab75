import type { BetaManagedAgentsAgent } from '@anthropic-ai/sdk/resources/beta/agents/agents';
import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query';
import type { AgentBody, AgentUpdate } from '../lib/agent-body.ts';
import { v1 } from './client.ts';
import { usePages, type Pages } from './pages.ts';

export type Agent = BetaManagedAgentsAgent;

/** Beside the SDK's classes: what this server takes that they do not know, such as MCP servers that are programs. */
const PATH = '/v1/agents';

export function useAgents(options: { archived: boolean; whole: boolean }): Pages<Agent> {
  const { archived, whole } = options;
  return usePages(
    ['agents', 'list', { archived }],
    (page, signal) =>
      v1().beta.agents.list({ limit: 50, include_archived: archived, ...(page && { page }) }, { signal }),
    { whole },
  );
}

/** For useQuery and fetchQuery. `version` absent: the latest. */
export function agentQuery(
  id: string,
  version?: number,
): { queryKey: readonly unknown[]; queryFn: (context: { signal: AbortSignal }) => Promise<Agent> } {
  return {
    queryKey: ['agents', 'one', id, version ?? 'latest'],
    queryFn: ({ signal }) =>
      v1().beta.agents.retrieve(id, version === undefined ? {} : { version }, { signal }),
  };
}

export function useAgentVersions(id: string): Pages<Agent> {
  return usePages(['agents', 'versions', id], (page, signal) =>
    v1().beta.agents.versions.list(id, { limit: 50, ...(page && { page }) }, { signal }),
  );
}

interface AgentActions {
  create: UseMutationResult<Agent, Error, AgentBody>;
  update: UseMutationResult<Agent, Error, { id: string; body: AgentUpdate }>;
  archive: UseMutationResult<Agent, Error, string>;
  remove: UseMutationResult<unknown, Error, string>;
}

export function useAgentActions(): AgentActions {
  const queries = useQueryClient();
  const renew = (): Promise<void> => queries.invalidateQueries({ queryKey: ['agents'] });
  return {
    create: useMutation({
      mutationFn: (body: AgentBody) => v1().post<Agent>(PATH, { body, ...BETA }),
      onSuccess: renew,
    }),
    update: useMutation({
      mutationFn: ({ id, body }: { id: string; body: AgentUpdate }) =>
        v1().post<Agent>(`${PATH}/${encodeURIComponent(id)}`, { body, ...BETA }),
      onSuccess: renew,
    }),
    archive: useMutation({ mutationFn: (id: string) => v1().beta.agents.archive(id), onSuccess: renew }),
    remove: useMutation({
      mutationFn: (id: string) => v1().delete<unknown>(`${PATH}/${encodeURIComponent(id)}`, BETA),
      onSuccess: renew,
    }),
  };
}

const BETA = { headers: { 'anthropic-beta': 'managed-agents-2026-04-01' } };
