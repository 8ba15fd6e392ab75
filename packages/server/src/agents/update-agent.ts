import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import type { AgentReads, AgentRecord, AgentWrites } from '../store/agents.ts';
import type { IdempotencyRecord } from '../store/records.ts';
import { changeAgent, type AgentChange } from './change.ts';
import { AgentArchived, AgentBuiltIn, AgentChanged, AgentNotFound } from './errors.ts';
import { isBuiltIn } from './find-agent.ts';

interface Context {
  store: Pick<AgentReads, 'readAgent'> & Pick<AgentWrites, 'updateAgent'>;
  clock: Clock;
}

interface UpdateRequest {
  id: string;
  /** The version that the client knows; absent: whichever is the latest. */
  version?: number | undefined;
  change: AgentChange;
  /** What is stored with the version, so that the request is carried out once. */
  remember(agent: AgentRecord): IdempotencyRecord | undefined;
}

/**
 * Makes a new version, unless the change changes nothing. Throws AgentNotFound, AgentBuiltIn, AgentArchived,
 * AgentChanged, InvalidAgent.
 */
export async function updateAgent(
  { store, clock }: Context,
  tenantId: string,
  { id, version, change, remember }: UpdateRequest,
): Promise<AgentRecord> {
  if (isBuiltIn(tenantId, id)) throw new AgentBuiltIn();
  for (;;) {
    const current = await store.readAgent(tenantId, { id });
    if (!current) throw new AgentNotFound();
    if (current.archivedAt !== null) throw new AgentArchived();
    if (version !== undefined && version !== current.version) throw new AgentChanged();
    const agent = toNext(current, change, clock.now());
    const result = await store.updateAgent(tenantId, {
      agent,
      expectedVersion: current.version,
      idempotency: remember(agent),
    });
    if (result.ok) return agent;
    // Who repeats a request gets the answer of the first one in place of this.
    if (result.conflict === 'repeated') throw new AgentChanged();
    // Decided again on what is there now.
  }
}

function toNext(current: AgentRecord, change: AgentChange, now: number): AgentRecord {
  const definition = changeAgent(current.definition, change);
  if (isDeepStrictEqual(definition, current.definition)) return current;
  return {
    ...current,
    version: current.version + 1,
    definition,
    updatedAt: Math.max(now, current.updatedAt),
  };
}
