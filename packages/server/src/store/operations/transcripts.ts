import type { Dialect } from '../dialect.ts';
import type { Reads, Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import type { TranscriptEntry } from '../records.ts';
import { statement } from '../statement.ts';
import type { PlacedEntry } from '../session-walk.ts';
import type { TranscriptPart } from '../store.ts';
import type { TranscriptTable } from '../tables.ts';
import { chunks } from './appends.ts';

interface Part extends TranscriptPart {
  tenantId: string;
  sessionId: string;
}

interface Page extends Part {
  ordinal: number;
  limit: number;
}

/** Appending to the agent's transcripts. */
export function createTranscriptWrites({ db, rowLocks }: Dialect): Pick<Writes, 'appendTranscript'> {
  const lockSession = statement(({ tenantId, sessionId }: Part) =>
    db
      .selectFrom('session_heads')
      .select('lease_epoch')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const readLast = statement(({ tenantId, sessionId, agentSessionId, subpath }: Part) =>
    db
      .selectFrom('transcripts')
      .select(({ fn }) => fn.max('ordinal').as('ordinal'))
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('agent_session_id', '=', agentSessionId)
      .where('subpath', '=', subpath),
  );
  const readEntry = statement(
    ({ tenantId, sessionId, agentSessionId, subpath, ordinal }: Part & { ordinal: number }) =>
      db
        .selectFrom('transcripts')
        .select('entry')
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('agent_session_id', '=', agentSessionId)
        .where('subpath', '=', subpath)
        .where('ordinal', '=', ordinal),
  );
  const insert = statement((entries: TranscriptTable[]) =>
    db
      .insertInto('transcripts')
      .values(entries)
      .onConflict((conflict) => conflict.doNothing()),
  );

  return {
    *appendTranscript(
      tenantId: string,
      sessionId: string,
      epoch: number,
      part: TranscriptPart,
      entries: TranscriptEntry[],
      isRepeated = false,
    ): Operation<Written<boolean>> {
      const key = { tenantId, sessionId, agentSessionId: part.agentSessionId, subpath: part.subpath };
      // The lock orders two appends, and fences those of a process whose session somebody else has claimed since.
      if ((yield* firstRow(lockSession(key)))?.lease_epoch !== epoch) return { result: false };
      const last = (yield* firstRow(readLast(key)))?.ordinal ?? 0;
      if (isRepeated && last > 0) {
        const end = yield* firstRow(readEntry({ ...key, ordinal: last }));
        if (end?.entry === entries.at(-1)?.entry) return { result: true };
      }
      const appended = entries.map(({ uuid, entry }, index) => ({
        tenant_id: tenantId,
        session_id: sessionId,
        agent_session_id: part.agentSessionId,
        subpath: part.subpath,
        ordinal: last + 1 + index,
        uuid,
        entry,
      }));
      yield chunks(appended).map(insert);
      return { result: true };
    },
  };
}

export function createTranscriptReads({
  db,
}: Dialect): Pick<Reads, 'loadTranscript' | 'listTranscriptSubpaths' | 'readTranscript'> {
  const entries = statement(({ tenantId, sessionId, agentSessionId, subpath }: Part) =>
    db
      .selectFrom('transcripts')
      .select('entry')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('agent_session_id', '=', agentSessionId)
      .where('subpath', '=', subpath)
      .orderBy('ordinal'),
  );
  const page = statement(({ tenantId, sessionId, agentSessionId, subpath, ordinal, limit }: Page) =>
    db
      .selectFrom('transcripts')
      .select(['subpath', 'ordinal', 'entry'])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('agent_session_id', '=', agentSessionId)
      .where(({ eb, refTuple, tuple }) => eb(refTuple('subpath', 'ordinal'), '>', tuple(subpath, ordinal)))
      .orderBy('subpath')
      .orderBy('ordinal')
      .limit(limit),
  );
  const subpaths = statement(({ tenantId, sessionId, agentSessionId }: Omit<Part, 'subpath'>) =>
    db
      .selectFrom('transcripts')
      .select('subpath')
      .distinct()
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('agent_session_id', '=', agentSessionId)
      .where('subpath', '!=', '')
      .orderBy('subpath'),
  );

  return {
    *loadTranscript(tenantId: string, sessionId: string, part: TranscriptPart): Operation<string[] | null> {
      const found = yield* rows(entries({ tenantId, sessionId, ...part }));
      return found.length > 0 ? found.map(({ entry }) => entry) : null;
    },
    *readTranscript(tenantId, sessionId, { agentSessionId, after, limit }): Operation<PlacedEntry[]> {
      const { subpath, ordinal } = after ?? { subpath: '', ordinal: 0 };
      return yield* rows(page({ tenantId, sessionId, agentSessionId, subpath, ordinal, limit }));
    },
    *listTranscriptSubpaths(
      tenantId: string,
      sessionId: string,
      agentSessionId: string,
    ): Operation<string[]> {
      return (yield* rows(subpaths({ tenantId, sessionId, agentSessionId }))).map(({ subpath }) => subpath);
    },
  };
}
