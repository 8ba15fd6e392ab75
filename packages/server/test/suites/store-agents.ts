import { describe, expect, it } from 'vitest';
import type { AgentDefinition } from '#src/domain/agent-config.ts';
import { createId } from '#src/lib/ids.ts';
import type { AgentQuery, AgentRecord } from '#src/store/agents.ts';
import type { Store } from '#src/store/store.ts';
import { newKey, newSession, SCOPE, T0, TENANT } from './samples.ts';
import type { CreateDatabase } from './store-suite.ts';
import { withStore } from './with-store.ts';

const DEFINITION: AgentDefinition = {
  name: 'one',
  description: null,
  model: { id: 'm', effort: { type: 'low' }, speed: 'standard' },
  // Long enough to be compressed.
  system: 'ü\u0001"\\ '.repeat(2000),
  tools: [
    { type: 'custom', name: 'a', description: 'A.', input_schema: { type: 'object', 'x-\u0000': [1] } },
  ],
  mcp_servers: [],
  metadata: { a: 'b' },
};

const GONE = { ok: false, conflict: 'gone' };
const OTHER = 'another tenant';

function newAgent(fields: Partial<AgentRecord> = {}): AgentRecord {
  return {
    id: createId(T0),
    version: 1,
    definition: DEFINITION,
    createdAt: T0,
    updatedAt: T0,
    archivedAt: null,
    ...fields,
  };
}

function nextOf(agent: AgentRecord, name = `${agent.version + 1}`): AgentRecord {
  const definition = { ...agent.definition, name };
  return { ...agent, version: agent.version + 1, definition, updatedAt: agent.updatedAt + 1 };
}

async function create(store: Store, fields: Partial<AgentRecord> = {}): Promise<AgentRecord> {
  const agent = newAgent(fields);
  expect(await store.createAgent(TENANT, { agent })).toEqual({ ok: true });
  return agent;
}

export function describeAgents(createDatabase: CreateDatabase): void {
  describe('an agent', () => {
    it(
      'is read as it was made, in each of its versions, by its tenant',
      withStore(createDatabase, async (store) => {
        const first = await create(store);
        const second = nextOf(first);
        expect(await store.updateAgent(TENANT, { agent: second, expectedVersion: 1 })).toEqual({ ok: true });
        const { id } = first;
        expect(await store.readAgent(TENANT, { id })).toEqual(second);
        expect(await store.readAgent(TENANT, { id, version: 2 })).toEqual(second);
        expect(await store.readAgent(TENANT, { id, version: 1 })).toEqual(first);
        expect(await store.readAgent(TENANT, { id, version: 3 })).toBe(undefined);
        expect(await store.readAgent(TENANT, { id: createId(T0) })).toBe(undefined);
        expect(await store.readAgent(OTHER, { id })).toBe(undefined);
        expect(await store.readAgent(OTHER, { id, version: 1 })).toBe(undefined);
      }),
    );

    it(
      'gets a new version from one of those who know the same one',
      withStore(createDatabase, async (store) => {
        const first = await create(store);
        const updates = Array.from({ length: 20 }, (_, index) => nextOf(first, `by ${index}`));
        const results = await Promise.all(
          updates.map((agent) => store.updateAgent(TENANT, { agent, expectedVersion: 1 })),
        );
        const winners = updates.filter((_, index) => results[index]?.ok);
        expect(winners).toHaveLength(1);
        expect(results.filter((result) => !result.ok && result.conflict === 'version')).toHaveLength(19);
        expect(await store.readAgent(TENANT, { id: first.id })).toEqual(winners[0]);
        const versions = await store.listAgentVersions(TENANT, { id: first.id, limit: 9 });
        expect(versions).toEqual([winners[0], first]);
      }),
    );

    it(
      'stays in its version when nothing of it changes, which must be the latest',
      withStore(createDatabase, async (store) => {
        const first = await create(store);
        expect(await store.updateAgent(TENANT, { agent: first, expectedVersion: 1 })).toEqual({ ok: true });
        expect(await store.listAgentVersions(TENANT, { id: first.id, limit: 9 })).toEqual([first]);
        await store.updateAgent(TENANT, { agent: nextOf(first), expectedVersion: 1 });
        expect(await store.updateAgent(TENANT, { agent: first, expectedVersion: 1 })).toEqual({
          ok: false,
          conflict: 'version',
        });
      }),
    );

    it(
      'is archived once, with all its versions, and not changed any more',
      withStore(createDatabase, async (store) => {
        const first = await create(store);
        const { id } = first;
        const second = nextOf(first);
        await store.updateAgent(TENANT, { agent: second, expectedVersion: 1 });
        const archivedAt = T0 + 5;
        const archived = { ...second, archivedAt };
        expect(await store.archiveAgent(TENANT, { id, now: archivedAt })).toEqual(archived);
        expect(await store.archiveAgent(TENANT, { id, now: T0 + 9 })).toEqual(archived);
        expect(await store.readAgent(TENANT, { id })).toEqual(archived);
        expect(await store.readAgent(TENANT, { id, version: 1 })).toEqual({ ...first, archivedAt });
        expect(await store.updateAgent(TENANT, { agent: nextOf(second), expectedVersion: 2 })).toEqual({
          ok: false,
          conflict: 'archived',
        });
        expect(await store.archiveAgent(OTHER, { id, now: T0 })).toBe(undefined);
        expect(await store.archiveAgent(TENANT, { id: createId(T0), now: T0 })).toBe(undefined);
      }),
    );

    it(
      'is deleted with its versions when no session uses it',
      withStore(createDatabase, async (store) => {
        const agent = await create(store);
        const { id } = agent;
        await store.updateAgent(TENANT, { agent: nextOf(agent), expectedVersion: 1 });
        const session = newSession({ agentId: id, agentVersion: 1 });
        await store.createSession(TENANT, { session, wakeAt: null });
        expect(await store.deleteAgent(TENANT, id)).toEqual({ ok: false, conflict: 'used' });
        expect(await store.deleteAgent(OTHER, id)).toEqual(GONE);
        // What remains of such a session is on its way out.
        await store.commit(TENANT, session.id, { session: { state: 'deleting' } });
        expect(await store.deleteAgent(TENANT, id)).toEqual({ ok: true });
        expect(await store.readAgent(TENANT, { id })).toBe(undefined);
        expect(await store.readAgent(TENANT, { id, version: 1 })).toBe(undefined);
        expect(await store.listAgentVersions(TENANT, { id, limit: 9 })).toEqual([]);
        expect(await store.deleteAgent(TENANT, id)).toEqual(GONE);
        expect(await store.updateAgent(TENANT, { agent: nextOf(agent), expectedVersion: 1 })).toEqual(GONE);
      }),
    );

    it(
      'is deleted, or gets a session, when both is asked for at once',
      withStore(createDatabase, async (store) => {
        const agents = await Promise.all(Array.from({ length: 30 }, () => create(store)));
        const outcomes = await Promise.all(
          agents.map(async ({ id }, index) => {
            const session = newSession({ agentId: id, agentVersion: 1 });
            const make = () => store.createSession(TENANT, { session, wakeAt: null, needsAgent: true });
            const remove = () => store.deleteAgent(TENANT, id);
            const both = index % 2 ? [make(), remove()] : [remove(), make()];
            return (await Promise.all(both))
              .map((result) => (result.ok ? 'done' : result.conflict))
              .toSorted();
          }),
        );
        for (const outcome of outcomes)
          expect([
            ['agent_gone', 'done'],
            ['done', 'used'],
          ]).toContainEqual(outcome);
      }),
    );

    it(
      'is made, and changed, once for each key',
      withStore(createDatabase, async (store) => {
        const agents = Array.from({ length: 20 }, () => newAgent());
        const made = await Promise.all(
          agents.map((agent) =>
            store.createAgent(TENANT, { agent, idempotency: newKey('a', { answer: agent.id }) }),
          ),
        );
        const winner = agents.find((_, index) => made[index]?.ok) ?? newAgent();
        expect(made.filter(({ ok }) => ok)).toHaveLength(1);
        expect(await list(store)).toEqual([winner]);
        expect(await store.readIdempotency(TENANT, { scope: SCOPE, key: 'a', now: T0 })).toMatchObject({
          answer: winner.id,
        });

        const repeated = { ok: false, conflict: 'repeated' };
        const second = nextOf(winner);
        const update = (agent: AgentRecord, expectedVersion: number) =>
          store.updateAgent(TENANT, { agent, expectedVersion, idempotency: newKey('b') });
        expect(await update(second, 1)).toEqual({ ok: true });
        expect(await update(nextOf(second), 2)).toEqual(repeated);
        expect(await update(second, 2)).toEqual(repeated);
        expect(await store.readAgent(TENANT, { id: winner.id })).toEqual(second);
        // A change that was not made leaves its key.
        const late = { agent: second, expectedVersion: 1, idempotency: newKey('c') };
        expect(await store.updateAgent(TENANT, late)).toMatchObject({ conflict: 'version' });
        expect(await store.readIdempotency(TENANT, { scope: SCOPE, key: 'c', now: T0 })).toBe(undefined);
      }),
    );
  });

  describe('the list of agents', () => {
    it(
      'is walked newest first, with or without the archived ones, within a span of time',
      withStore(createDatabase, async (store) => {
        const agents: AgentRecord[] = [];
        for (let index = 0; index < 25; index++) {
          const at = T0 + Math.floor(index / 2);
          const agent = await create(store, { id: createId(at), createdAt: at });
          agents.unshift(index % 3 === 0 ? { ...agent, archivedAt: T0 } : agent);
          if (index % 3 === 0) await store.archiveAgent(TENANT, { id: agent.id, now: T0 });
        }
        await store.createAgent(OTHER, { agent: newAgent() });
        expect(await list(store)).toEqual(agents);
        const open = agents.filter(({ archivedAt }) => archivedAt === null);
        expect(await list(store, { includeArchived: false })).toEqual(open);
        const span = { from: T0 + 3, to: T0 + 8 };
        const within = ({ createdAt }: AgentRecord): boolean =>
          createdAt >= span.from && createdAt <= span.to;
        expect(await list(store, span)).toEqual(agents.filter(within));
        expect(await list(store, { ...span, includeArchived: false })).toEqual(open.filter(within));
        expect(await list(store, { from: T0 + 12 })).toEqual(agents.slice(0, 1));
      }),
    );

    it(
      'of versions is walked newest first',
      withStore(createDatabase, async (store) => {
        const versions = [await create(store)];
        for (let version = 1; version < 12; version++) {
          const agent = nextOf(versions[0] ?? newAgent());
          await store.updateAgent(TENANT, { agent, expectedVersion: version });
          versions.unshift(agent);
        }
        const id = versions[0]?.id ?? '';
        const read = (before?: number) => store.listAgentVersions(TENANT, { id, limit: 5, before });
        expect(await read()).toEqual(versions.slice(0, 5));
        expect(await read(8)).toEqual(versions.slice(5, 10));
        expect(await read(3)).toEqual(versions.slice(10));
        expect(await read(1)).toEqual([]);
        expect(await store.listAgentVersions(OTHER, { id, limit: 5 })).toEqual([]);
      }),
    );
  });
}

/** All of them, in pages of four. */
async function list(store: Store, query: Partial<AgentQuery> = {}): Promise<AgentRecord[]> {
  const found: AgentRecord[] = [];
  for (;;) {
    const before = found.at(-1)?.id;
    const page = await store.listAgents(TENANT, { limit: 4, includeArchived: true, before, ...query });
    found.push(...page);
    if (page.length < 4) return found;
  }
}
