import { parseAgent, toAgentRow, toAgentVersionRow } from '../agent-rows.ts';
import type { AgentQuery, AgentReads, AgentRecord, AgentWrites } from '../agents.ts';
import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';
import type { AgentTable, AgentVersionTable } from '../tables.ts';
import { createKeyUse } from './idempotency.ts';

interface Key {
  tenantId: string;
  id: string;
}

export function createAgentWrites(dialect: Dialect): Pick<Writes, keyof AgentWrites> {
  const { db, rowLocks } = dialect;
  const useKey = createKeyUse(dialect);
  const select = ({ tenantId, id }: Key) =>
    db.selectFrom('agents').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id);
  // Against other changes; new sessions of the agent need not wait for one.
  const lock = statement((key: Key) => select(key).$if(rowLocks, (query) => query.forNoKeyUpdate()));
  const lockAll = statement((key: Key) => select(key).$if(rowLocks, (query) => query.forUpdate()));
  const insert = statement((row: AgentTable) => db.insertInto('agents').values(row));
  const insertVersion = statement((row: AgentVersionTable) => db.insertInto('agent_versions').values(row));
  const update = statement(
    ({ tenantId, id, set }: Key & { set: Pick<AgentTable, 'version' | 'config' | 'updated_at'> }) =>
      db.updateTable('agents').set(set).where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const archive = statement(({ tenantId, id, now }: Key & { now: number }) =>
    db.updateTable('agents').set({ archived_at: now }).where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const findSession = statement(({ tenantId, id }: Key) =>
    db
      .selectFrom('sessions')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('agent_id', '=', id)
      .where('state', '!=', 'deleting')
      .limit(1),
  );
  const remove = statement(({ tenantId, id }: Key) =>
    db.deleteFrom('agents').where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const removeVersions = statement(({ tenantId, id }: Key) =>
    db.deleteFrom('agent_versions').where('tenant_id', '=', tenantId).where('agent_id', '=', id),
  );
  return {
    *createAgent(tenantId, { agent, idempotency }) {
      if (!(yield* useKey(tenantId, idempotency))) return { result: { ok: false, conflict: 'repeated' } };
      yield [insert(toAgentRow(tenantId, agent)), insertVersion(toAgentVersionRow(tenantId, agent))];
      return { result: { ok: true } };
    },

    *updateAgent(tenantId, { agent, expectedVersion, idempotency }) {
      const { id } = agent;
      const row = yield* firstRow(lock({ tenantId, id }));
      if (row === undefined) return { result: { ok: false, conflict: 'gone' } };
      if (row.archived_at !== null) return { result: { ok: false, conflict: 'archived' } };
      if (row.version !== expectedVersion) return { result: { ok: false, conflict: 'version' } };
      if (!(yield* useKey(tenantId, idempotency))) return { result: { ok: false, conflict: 'repeated' } };
      if (agent.version !== expectedVersion) {
        const { version, config, updated_at } = toAgentRow(tenantId, agent);
        yield [
          update({ tenantId, id, set: { version, config, updated_at } }),
          insertVersion(toAgentVersionRow(tenantId, agent)),
        ];
      }
      return { result: { ok: true } };
    },

    *archiveAgent(tenantId, { id, now }) {
      const row = yield* firstRow(lock({ tenantId, id }));
      if (row === undefined) return { result: undefined };
      if (row.archived_at !== null) return { result: parseAgent(row) };
      yield [archive({ tenantId, id, now })];
      return { result: parseAgent({ ...row, archived_at: now }) };
    },

    *deleteAgent(tenantId, id) {
      if (!(yield* firstRow(lockAll({ tenantId, id })))) return { result: { ok: false, conflict: 'gone' } };
      if (yield* firstRow(findSession({ tenantId, id }))) return { result: { ok: false, conflict: 'used' } };
      yield [removeVersions({ tenantId, id }), remove({ tenantId, id })];
      return { result: { ok: true } };
    },
  };
}

export function createAgentReads({ db }: Dialect): Pick<Reads, keyof AgentReads> {
  const read = statement(({ tenantId, id }: Key) =>
    db.selectFrom('agents').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const selectVersions = db
    .selectFrom('agent_versions as made')
    .innerJoin('agents', (join) =>
      join.onRef('agents.tenant_id', '=', 'made.tenant_id').onRef('agents.id', '=', 'made.agent_id'),
    )
    .select([
      'agents.id',
      'made.version',
      'made.config',
      'agents.created_at',
      'made.created_at as updated_at',
      'agents.archived_at',
    ]);
  const readVersion = statement(({ tenantId, id, version }: Key & { version: number }) =>
    selectVersions
      .where('made.tenant_id', '=', tenantId)
      .where('made.agent_id', '=', id)
      .where('made.version', '=', version),
  );
  const versions = statement(
    ({ tenantId, id, limit, before }: Key & { limit: number; before?: number | undefined }) => {
      const query = selectVersions
        .where('made.tenant_id', '=', tenantId)
        .where('made.agent_id', '=', id)
        .orderBy('made.version', 'desc')
        .limit(limit);
      return before === undefined ? query : query.where('made.version', '<', before);
    },
  );
  const selectPage = ({ tenantId, limit, before, from, to }: Page) => {
    let query = db
      .selectFrom('agents')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .orderBy('id', 'desc')
      .limit(limit);
    if (before !== undefined) query = query.where('id', '<', before);
    if (from !== undefined) query = query.where('created_at', '>=', from);
    if (to !== undefined) query = query.where('created_at', '<=', to);
    return query;
  };
  const page = statement(selectPage);
  const pageOfOpen = statement((query: Page) => selectPage(query).where('archived_at', 'is', null));
  return {
    *readAgent(tenantId, { id, version }): Operation<AgentRecord | undefined> {
      const query = version === undefined ? read({ tenantId, id }) : readVersion({ tenantId, id, version });
      const row = yield* firstRow<Omit<AgentTable, 'tenant_id'>>(query);
      return row && parseAgent(row);
    },

    *listAgents(tenantId, { includeArchived, ...query }): Operation<AgentRecord[]> {
      const select = includeArchived ? page : pageOfOpen;
      return (yield* rows(select({ tenantId, ...query }))).map(parseAgent);
    },

    *listAgentVersions(tenantId, query): Operation<AgentRecord[]> {
      return (yield* rows(versions({ tenantId, ...query }))).map(parseAgent);
    },
  };
}

type Page = Omit<AgentQuery, 'includeArchived'> & { tenantId: string };
