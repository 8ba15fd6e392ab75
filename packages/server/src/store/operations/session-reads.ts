import { sql, type Compilable } from 'kysely';
import type { Builder, Dialect } from '../dialect.ts';
import type { Reads } from '../engine.ts';
import { firstRow, rows, type Operation } from '../operation.ts';
import type { InputRecord, RunRecord } from '../records.ts';
import { parseEvent, parseInput, parseRun, parseView } from '../rows.ts';
import { statement } from '../statement.ts';
import type { SessionView } from '../store.ts';
import type { StoredEvent } from '../../domain/event.ts';
import type { InputTable } from '../tables.ts';
import { chunks } from './appends.ts';
import { selectViews } from './views.ts';

interface SessionKey {
  tenantId: string;
  sessionId: string;
}
interface Page extends SessionKey {
  after: number;
  limit: number;
}

/** Open inputs of a session: control inputs first, then messages, each in order of arrival. */
export function selectInputs(db: Builder, { tenantId, sessionId }: SessionKey): Compilable<InputTable> {
  return db
    .selectFrom('inputs')
    .selectAll()
    .where('tenant_id', '=', tenantId)
    .where('session_id', '=', sessionId)
    .orderBy(sql`case kind when 'message' then 1 else 0 end`)
    .orderBy('pos');
}

/** Reading one session: its view, log, inputs and runs. */
export function createSessionReads({
  db,
}: Dialect): Pick<
  Reads,
  | 'readSession'
  | 'readEvents'
  | 'readEventsBefore'
  | 'readMessages'
  | 'readInputs'
  | 'readRuns'
  | 'readFirstRun'
> {
  const view = statement(({ tenantId, sessionId }: SessionKey) =>
    selectViews(db, (sessions) => sessions.where('tenant_id', '=', tenantId).where('id', '=', sessionId)),
  );
  const inputs = statement((key: SessionKey) => selectInputs(db, key));
  const selectEvents = ({ tenantId, sessionId, after, limit }: Page) =>
    db
      .selectFrom('events')
      .select(['seq', 'message_index', 'id', 'thread_id', 'created_at', 'payload', 'at_us'])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('seq', '>', after)
      .orderBy('seq')
      .limit(limit);
  const events = statement((page: Page) => selectEvents(page));
  const eventsBefore = statement(
    ({ tenantId, sessionId, before, limit }: SessionKey & { before: number; limit: number }) =>
      db
        .selectFrom('events')
        .select(['seq', 'message_index', 'id', 'thread_id', 'created_at', 'payload', 'at_us'])
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('seq', '<', before)
        .orderBy('seq', 'desc')
        .limit(limit),
  );
  // A message's index is always less than its seq, so the primary key alone finds where to begin.
  const messages = statement((page: Page) => selectEvents(page).where('message_index', '>=', page.after));
  const runs = statement(({ tenantId, sessionIds }: { tenantId: string; sessionIds: string[] }) =>
    db
      .selectFrom('runs')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('session_id', 'in', sessionIds)
      .orderBy('session_id')
      .orderBy('ordinal'),
  );
  const firstRun = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('runs')
      .selectAll()
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('ordinal', '=', 0),
  );

  return {
    *readSession(tenantId: string, sessionId: string): Operation<SessionView | undefined> {
      const row = yield* firstRow(view({ tenantId, sessionId }));
      return row && parseView(row);
    },
    *readEvents(tenantId: string, sessionId: string, after: number, limit: number): Operation<StoredEvent[]> {
      return (yield* rows(events({ tenantId, sessionId, after, limit }))).map(parseEvent);
    },
    *readEventsBefore(
      tenantId: string,
      sessionId: string,
      before: number,
      limit: number,
    ): Operation<StoredEvent[]> {
      return (yield* rows(eventsBefore({ tenantId, sessionId, before, limit }))).map(parseEvent);
    },
    *readMessages(
      tenantId: string,
      sessionId: string,
      from: number,
      limit: number,
    ): Operation<StoredEvent[]> {
      return (yield* rows(messages({ tenantId, sessionId, after: from, limit }))).map(parseEvent);
    },
    *readInputs(tenantId: string, sessionId: string): Operation<InputRecord[]> {
      return (yield* rows(inputs({ tenantId, sessionId }))).map(parseInput);
    },
    *readRuns(tenantId: string, sessionIds: string[]): Operation<RunRecord[]> {
      const records: RunRecord[] = [];
      for (const ids of chunks(sessionIds.toSorted())) {
        records.push(...(yield* rows(runs({ tenantId, sessionIds: ids }))).map(parseRun));
      }
      return records;
    },
    *readFirstRun(tenantId: string, sessionId: string): Operation<RunRecord | undefined> {
      const row = yield* firstRow(firstRun({ tenantId, sessionId }));
      return row && parseRun(row);
    },
  };
}
