import type { Expression, ExpressionBuilder, SqlBool } from 'kysely';
import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { parseFile, toFileRow } from '../file-rows.ts';
import type { FileQuery, FileReads, FileRecord } from '../files.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { IdempotencyRecord } from '../records.ts';
import { statement } from '../statement.ts';
import type { FileTable, Tables } from '../tables.ts';
import { chunks } from './appends.ts';
import { createKeyUse } from './idempotency.ts';

interface FileKey {
  tenantId: string;
  fileId: string;
}

/** Uploads, their removal, and the end of those that have one. */
export function createFileWrites(dialect: Dialect): Pick<Writes, 'addFile' | 'removeFile' | 'expireFiles'> {
  const { db, rowLocks } = dialect;
  const useKey = createKeyUse(dialect);
  const insert = statement((row: FileTable) => db.insertInto('files').values(row));
  const lock = statement(({ tenantId, fileId }: FileKey) =>
    db
      .selectFrom('files')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', fileId)
      .where(isThere)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const remove = statement(({ tenantId, fileId }: FileKey) =>
    db.deleteFrom('files').where('tenant_id', '=', tenantId).where('id', '=', fileId),
  );
  const expired = statement(({ now, limit }: { now: number; limit: number }) =>
    db
      .selectFrom('files')
      .select(['tenant_id', 'id', 'digest'])
      .where('expires_at', '<=', now)
      .where('digest', '!=', '')
      .orderBy('expires_at')
      .limit(limit),
  );
  const forget = statement(({ tenantId, fileId }: FileKey) =>
    db.updateTable('files').set({ digest: '' }).where('tenant_id', '=', tenantId).where('id', '=', fileId),
  );

  return {
    *addFile(file: FileRecord, idempotency: IdempotencyRecord | undefined): Operation<Written<boolean>> {
      if (!(yield* useKey(file.tenantId, idempotency))) return { result: false };
      yield [insert(toFileRow(file))];
      return { result: true };
    },

    *removeFile(tenantId: string, fileId: string): Operation<Written<FileRecord | undefined>> {
      const key = { tenantId, fileId };
      const row = yield* firstRow(lock(key));
      if (!row) return { result: undefined };
      yield [row.path === null ? remove(key) : forget(key)];
      return { result: parseFile(row) };
    },

    *expireFiles(request: { now: number; limit: number }): Operation<Written<string[]>> {
      const found = yield* rows(expired(request));
      if (found.length > 0)
        yield found.map(({ tenant_id: tenantId, id: fileId }) => forget({ tenantId, fileId }));
      return { result: found.map(({ digest }) => digest) };
    },
  };
}

/**
 * What an agent wrote and a client has removed stays as a row that knows no bytes, for as long as the agent's own file does
 * not change: else it would be taken once more.
 */
const isThere = (files: ExpressionBuilder<Tables, 'files'>): Expression<SqlBool> =>
  files.or([files('path', 'is', null), files('digest', '!=', '')]);

export function createFileReads({ db }: Dialect): Pick<Reads, Exclude<keyof FileReads, 'listResources'>> {
  const one = statement(({ tenantId, fileId }: FileKey) =>
    db
      .selectFrom('files')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', '=', fileId)
      .where(isThere),
  );
  const several = statement(({ tenantId, ids }: { tenantId: string; ids: string[] }) =>
    db
      .selectFrom('files')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('id', 'in', ids)
      .where(isThere),
  );
  type Page = {
    tenantId: string;
    limit: number;
    sessionId?: string | undefined;
    beyond?: string | undefined;
  };
  const page = (direction: 'older' | 'newer') =>
    statement(({ tenantId, limit, sessionId, beyond }: Page) => {
      let query = db
        .selectFrom('files')
        .selectAll()
        .where('tenant_id', '=', tenantId)
        .where(isThere)
        .orderBy('id', direction === 'older' ? 'desc' : 'asc')
        .limit(limit);
      if (sessionId !== undefined) query = query.where('session_id', '=', sessionId);
      if (beyond !== undefined) query = query.where('id', direction === 'older' ? '<' : '>', beyond);
      return query;
    });
  const pages = { older: page('older'), newer: page('newer') };
  const outputs = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('files')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('path', 'is not', null),
  );
  const used = statement((digests: string[]) =>
    db.selectFrom('files').select('digest').distinct().where('digest', 'in', digests),
  );
  const ofSession = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('files')
      .select('digest')
      .distinct()
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('digest', '!=', ''),
  );

  return {
    *readFile(tenantId: string, fileId: string): Operation<FileRecord | undefined> {
      const row = yield* firstRow(one({ tenantId, fileId }));
      return row && parseFile(row);
    },

    *listFiles(tenantId: string, { limit, sessionId, beyond }: FileQuery): Operation<FileRecord[]> {
      const direction = beyond?.direction ?? 'older';
      const query = { tenantId, limit, sessionId, beyond: beyond?.id };
      const found = (yield* rows(pages[direction](query))).map(parseFile);
      return direction === 'older' ? found : found.toReversed();
    },

    *findFiles(tenantId: string, fileIds: string[]): Operation<FileRecord[]> {
      const found: FileRecord[] = [];
      for (const ids of chunks(fileIds))
        found.push(...(yield* rows(several({ tenantId, ids }))).map(parseFile));
      return found.toSorted((a, b) => (a.id < b.id ? 1 : -1));
    },

    *readOutputs(tenantId: string, sessionId: string): Operation<FileRecord[]> {
      return (yield* rows(outputs({ tenantId, sessionId }))).map(parseFile);
    },

    *findUsedDigests(digests: string[]): Operation<string[]> {
      const found: string[] = [];
      for (const some of chunks(digests))
        found.push(...(yield* rows(used(some))).map(({ digest }) => digest));
      return found;
    },

    *readSessionDigests(tenantId: string, sessionId: string): Operation<string[]> {
      return (yield* rows(ofSession({ tenantId, sessionId }))).map(({ digest }) => digest);
    },
  };
}
