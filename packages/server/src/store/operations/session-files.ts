import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { parseResource, toFileRow, toResourceRow } from '../file-rows.ts';
import type { AddResourceResult, FileRecord, NewResource, ResourceRecord } from '../files.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import { parseJson, toJson } from '../rows.ts';
import { statement, type Query } from '../statement.ts';
import type { FileTable, SessionResourceTable } from '../tables.ts';
import { chunks } from './appends.ts';
import { createKeyUse } from './idempotency.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}
interface ResourceKey extends SessionKey {
  id: string;
}

/** What creating a session and giving it something later have in common. */
export interface ResourceAppends {
  /** Whether the sources of all copies are there; they stay until the transaction has ended. */
  haveSources(tenantId: string, resources: readonly NewResource[]): Operation<boolean>;
  insert(tenantId: string, resources: readonly NewResource[]): Query[];
}

export function createResourceAppends({ db, rowLocks }: Dialect): ResourceAppends {
  const lockSource = statement(({ tenantId, fileId }: { tenantId: string; fileId: string }) =>
    db
      .selectFrom('files')
      .select('digest')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', fileId)
      .$if(rowLocks, (query) => query.forKeyShare()),
  );
  const insertFiles = statement((values: FileTable[]) => db.insertInto('files').values(values));
  const insertResources = statement((values: SessionResourceTable[]) =>
    db.insertInto('session_resources').values(values),
  );
  return {
    *haveSources(tenantId, resources) {
      for (const { copy } of resources) {
        if (!copy) continue;
        const source = yield* firstRow(lockSource({ tenantId, fileId: copy.sourceId }));
        if (source?.digest !== copy.file.digest) return false;
      }
      return true;
    },
    insert(tenantId, resources) {
      const files = resources.flatMap(({ copy }) => (copy ? [toFileRow(copy.file)] : []));
      return [
        ...chunks(files).map(insertFiles),
        ...chunks(resources.map(({ resource }) => toResourceRow(tenantId, resource))).map(insertResources),
      ];
    },
  };
}

/** What a session is given while it is there, and what its agent gives back. */
export function createSessionFileWrites(
  dialect: Dialect,
): Pick<Writes, 'replaceOutputs' | 'addResource' | 'changeResourceSecret' | 'removeResource'> {
  const { db, rowLocks } = dialect;
  const appends = createResourceAppends(dialect);
  const useKey = createKeyUse(dialect);
  const lockHead = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('session_heads')
      .select(['lease_owner', 'lease_epoch'])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const readSession = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('sessions')
      .select(['state', 'home_node'])
      .where('tenant_id', '=', tenantId)
      .where('id', '=', sessionId),
  );
  const setHome = statement(({ tenantId, sessionId, home }: SessionKey & { home: string }) =>
    db
      .updateTable('sessions')
      .set({ home_node: home })
      .where('tenant_id', '=', tenantId)
      .where('id', '=', sessionId),
  );
  const readIds = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('session_resources')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  const removePaths = statement(({ tenantId, sessionId, paths }: SessionKey & { paths: string[] }) =>
    db
      .deleteFrom('files')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('path', 'in', paths)
      .returning('digest'),
  );
  const insertFiles = statement((values: FileTable[]) => db.insertInto('files').values(values));
  const setSecret = statement(
    ({
      tenantId,
      sessionId,
      id,
      set,
    }: ResourceKey & { set: { secret: string | null; updated_at: number } }) =>
      db
        .updateTable('session_resources')
        .set(set)
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('id', '=', id)
        .returning('id'),
  );
  const removeResource = statement(({ tenantId, sessionId, id }: ResourceKey) =>
    db
      .deleteFrom('session_resources')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('id', '=', id)
      .returning('body'),
  );
  const removeFile = statement(({ tenantId, fileId }: { tenantId: string; fileId: string }) =>
    db.deleteFrom('files').where('tenant_id', '=', tenantId).where('id', '=', fileId).returning('digest'),
  );

  return {
    *replaceOutputs(
      tenantId: string,
      sessionId: string,
      epoch: number,
      files: FileRecord[],
    ): Operation<Written<string[] | undefined>> {
      const head = yield* firstRow(lockHead({ tenantId, sessionId }));
      if (head === undefined || head.lease_owner === null || head.lease_epoch !== epoch)
        return { result: undefined };
      const replaced: string[] = [];
      for (const some of chunks(files)) {
        const paths = some.flatMap(({ path }) => path ?? []);
        replaced.push(
          ...(yield* rows(removePaths({ tenantId, sessionId, paths }))).flatMap(({ digest }) =>
            digest === '' ? [] : [digest],
          ),
        );
        yield [insertFiles(some.map(toFileRow))];
      }
      return { result: replaced };
    },

    *addResource(tenantId, request): Operation<Written<AddResourceResult>> {
      const { sessionId } = request.resource;
      const { home } = request;
      const key = { tenantId, sessionId };
      yield [lockHead(key)];
      const session = yield* firstRow(readSession(key));
      if (session === undefined || session.state === 'deleting')
        return { result: { ok: false, conflict: 'gone' } };
      if (home !== undefined && session.home_node !== null && session.home_node !== home)
        return { result: { ok: false, conflict: 'elsewhere' } };
      const ids = new Set((yield* rows(readIds(key))).map(({ id }) => id));
      if (ids.size !== request.known.length || !request.known.every((id) => ids.has(id)))
        return { result: { ok: false, conflict: 'changed' } };
      if (!(yield* appends.haveSources(tenantId, [request])))
        return { result: { ok: false, conflict: 'file_gone' } };
      if (!(yield* useKey(tenantId, request.idempotency)))
        return { result: { ok: false, conflict: 'repeated' } };
      yield [
        ...appends.insert(tenantId, [request]),
        ...(home !== undefined && session.home_node === null ? [setHome({ ...key, home })] : []),
      ];
      return { result: { ok: true } };
    },

    *changeResourceSecret(tenantId, { sessionId, id, secret, updatedAt }): Operation<Written<boolean>> {
      const set = { secret: toJson(secret), updated_at: updatedAt };
      const changed = yield* firstRow(setSecret({ tenantId, sessionId, id, set }));
      return { result: changed !== undefined };
    },

    *removeResource(tenantId, sessionId, id): Operation<Written<{ digest: string | null } | undefined>> {
      const row = yield* firstRow(removeResource({ tenantId, sessionId, id }));
      if (!row) return { result: undefined };
      const body = parseJson(row.body) as ResourceRecord['body'];
      if (body.type !== 'file') return { result: { digest: null } };
      const file = yield* firstRow(removeFile({ tenantId, fileId: body.fileId }));
      return { result: { digest: file?.digest ?? null } };
    },
  };
}

export function createResourceReads({ db }: Dialect): Pick<Reads, 'listResources'> {
  const list = statement(({ tenantId, sessionIds }: { tenantId: string; sessionIds: string[] }) =>
    db
      .selectFrom('session_resources')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('session_id', 'in', sessionIds)
      .orderBy('id'),
  );
  return {
    *listResources(tenantId: string, sessionIds: string[]): Operation<ResourceRecord[]> {
      const found: ResourceRecord[] = [];
      for (const some of chunks(sessionIds)) {
        found.push(...(yield* rows(list({ tenantId, sessionIds: some }))).map(parseResource));
      }
      return found;
    },
  };
}
