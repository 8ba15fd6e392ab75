import { parseEnvironment, toEnvironmentRow } from '../agent-rows.ts';
import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import type {
  EnvironmentQuery,
  EnvironmentReads,
  EnvironmentRecord,
  EnvironmentWrites,
} from '../environments.ts';
import { firstRow, rows, type Operation } from '../operation.ts';
import { statement } from '../statement.ts';
import type { EnvironmentTable } from '../tables.ts';
import { createKeyUse } from './idempotency.ts';

interface Key {
  tenantId: string;
  id: string;
}

export function createEnvironmentWrites(dialect: Dialect): Pick<Writes, keyof EnvironmentWrites> {
  const { db, rowLocks } = dialect;
  const useKey = createKeyUse(dialect);
  const lock = statement(({ tenantId, id }: Key) =>
    db
      .selectFrom('environments')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const insert = statement((row: EnvironmentTable) => db.insertInto('environments').values(row));
  const update = statement(
    ({ tenantId, id, set }: Key & { set: Pick<EnvironmentTable, 'body' | 'updated_at'> }) =>
      db.updateTable('environments').set(set).where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const archive = statement(({ tenantId, id, now }: Key & { now: number }) =>
    db
      .updateTable('environments')
      .set({ archived_at: now })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id),
  );
  const remove = statement(({ tenantId, id }: Key) =>
    db.deleteFrom('environments').where('tenant_id', '=', tenantId).where('id', '=', id).returning('id'),
  );
  return {
    *createEnvironment(tenantId, { environment, idempotency }) {
      if (!(yield* useKey(tenantId, idempotency))) return { result: { ok: false, conflict: 'repeated' } };
      yield [insert(toEnvironmentRow(tenantId, environment))];
      return { result: { ok: true } };
    },

    *updateEnvironment(tenantId, { environment, expectedUpdatedAt }) {
      const { id } = environment;
      const row = yield* firstRow(lock({ tenantId, id }));
      if (row === undefined) return { result: { ok: false, conflict: 'gone' } };
      if (row.archived_at !== null) return { result: { ok: false, conflict: 'archived' } };
      if (row.updated_at !== expectedUpdatedAt) return { result: { ok: false, conflict: 'version' } };
      const { body, updated_at } = toEnvironmentRow(tenantId, environment);
      yield [update({ tenantId, id, set: { body, updated_at } })];
      return { result: { ok: true } };
    },

    *archiveEnvironment(tenantId, { id, now }) {
      const row = yield* firstRow(lock({ tenantId, id }));
      if (row === undefined) return { result: undefined };
      if (row.archived_at !== null) return { result: parseEnvironment(row) };
      yield [archive({ tenantId, id, now })];
      return { result: parseEnvironment({ ...row, archived_at: now }) };
    },

    *deleteEnvironment(tenantId, id) {
      return { result: (yield* firstRow(remove({ tenantId, id }))) !== undefined };
    },
  };
}

export function createEnvironmentReads({ db }: Dialect): Pick<Reads, keyof EnvironmentReads> {
  const read = statement(({ tenantId, id }: Key) =>
    db.selectFrom('environments').selectAll().where('tenant_id', '=', tenantId).where('id', '=', id),
  );
  const selectPage = ({ tenantId, limit, before }: Page) => {
    const query = db
      .selectFrom('environments')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .orderBy('id', 'desc')
      .limit(limit);
    return before === undefined ? query : query.where('id', '<', before);
  };
  const page = statement(selectPage);
  const pageOfOpen = statement((query: Page) => selectPage(query).where('archived_at', 'is', null));
  return {
    *readEnvironment(tenantId, id): Operation<EnvironmentRecord | undefined> {
      const row = yield* firstRow(read({ tenantId, id }));
      return row && parseEnvironment(row);
    },

    *listEnvironments(tenantId, { includeArchived, ...query }): Operation<EnvironmentRecord[]> {
      const select = includeArchived ? page : pageOfOpen;
      return (yield* rows(select({ tenantId, ...query }))).map(parseEnvironment);
    },
  };
}

type Page = Omit<EnvironmentQuery, 'includeArchived'> & { tenantId: string };
