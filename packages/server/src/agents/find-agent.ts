import { BUILT_IN_AGENT, BUILT_IN_VERSION, builtInAgentId } from '../domain/built-in.ts';
import type { AgentReads, AgentRecord } from '../store/agents.ts';
import { AgentNotFound, AgentVersionNotFound } from './errors.ts';

/** An agent in its latest version, or in this one; the built-in one too. Throws AgentNotFound, AgentVersionNotFound. */
export async function findAgent(
  store: Pick<AgentReads, 'readAgent'>,
  tenantId: string,
  { id, version }: { id: string; version?: number | undefined },
): Promise<AgentRecord> {
  const agent = isBuiltIn(tenantId, id)
    ? builtIn(id, version)
    : await store.readAgent(tenantId, { id, version });
  if (agent) return agent;
  if (version === undefined) throw new AgentNotFound();
  await findAgent(store, tenantId, { id });
  throw new AgentVersionNotFound(version);
}

export function isBuiltIn(tenantId: string, id: string): boolean {
  return id === builtInAgentId(tenantId);
}

function builtIn(id: string, version = BUILT_IN_VERSION): AgentRecord | undefined {
  if (version !== BUILT_IN_VERSION) return undefined;
  return {
    id,
    version,
    definition: BUILT_IN_AGENT,
    // It was always there.
    createdAt: 0,
    updatedAt: 0,
    archivedAt: null,
  };
}
