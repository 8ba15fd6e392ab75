import type { AgentConfig } from '../domain/agent-config.ts';
import type { AgentReads } from '../store/agents.ts';
import { changeConfig, chooseModel, type ConfigChange, type ModelChoice } from './change.ts';
import { AgentArchived, AgentBuiltIn, AgentModelRequired } from './errors.ts';
import { findAgent, isBuiltIn } from './find-agent.ts';

/** Which agent a session is to have, and in what it differs there. */
export interface AgentSelection {
  id: string;
  /** Absent: the latest. */
  version?: number | undefined;
  overrides?: AgentOverrides | undefined;
}

export interface AgentOverrides extends Pick<ConfigChange, 'system' | 'tools' | 'mcp_servers'> {
  /** Null is asked for, but cannot be. */
  model?: ModelChoice | null | undefined;
}

export interface ResolvedAgent {
  agentId: string;
  version: number;
  config: AgentConfig;
}

/**
 * The agent of a new session. Throws AgentNotFound, AgentVersionNotFound, AgentArchived, AgentBuiltIn,
 * AgentModelRequired, InvalidAgent.
 */
export async function resolveAgent(
  store: Pick<AgentReads, 'readAgent'>,
  tenantId: string,
  { id, version, overrides = {} }: AgentSelection,
): Promise<ResolvedAgent> {
  if (isBuiltIn(tenantId, id)) throw new AgentBuiltIn();
  const agent = await findAgent(store, tenantId, { id, version });
  if (agent.archivedAt !== null) throw new AgentArchived();
  const { metadata: _, ...config } = agent.definition;
  const { model, ...change } = overrides;
  if (model === null) throw new AgentModelRequired();
  const changed = changeConfig(config, change);
  // Another model than the agent's, also if it has the same name: nothing of the agent's own is kept.
  if (model !== undefined) changed.model = chooseModel(model);
  return { agentId: agent.id, version: agent.version, config: changed };
}
