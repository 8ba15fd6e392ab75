import { BUILT_IN_AGENT, builtInAgentId } from '../../domain/built-in.ts';
import { formatPrefixedId, parseId } from '../../lib/ids.ts';
import type { AgentReads } from '../../store/agents.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';

/** An agent as clients know it. */
export interface NamedAgent {
  id: string;
  /** Null: it was deleted. */
  name: string | null;
}

/** In what sums up usage, the agent of sessions that have none of their own. */
const NONE = '';

/** The agents behind these ids of the store, each under its id there. */
export async function nameAgents(
  store: Pick<AgentReads, 'readAgent'>,
  ids: Iterable<string>,
): Promise<Map<string, NamedAgent>> {
  const named = [...new Set(ids)].map(async (id) => [id, await nameAgent(store, id)] as const);
  return new Map(await Promise.all(named));
}

async function nameAgent(store: Pick<AgentReads, 'readAgent'>, id: string): Promise<NamedAgent> {
  if (id === NONE) return { id: toPublic(builtInAgentId(DEFAULT_TENANT)), name: BUILT_IN_AGENT.name };
  const agent = await store.readAgent(DEFAULT_TENANT, { id });
  return { id: toPublic(id), name: agent?.definition.name ?? null };
}

function toPublic(id: string): string {
  return formatPrefixedId('agent', id);
}

/** The id in the store for one that a client sent; undefined: it is none. */
export function parseAgentId(text: string): string | undefined {
  const id = parseId('agent', text);
  return id === builtInAgentId(DEFAULT_TENANT) ? NONE : id;
}
