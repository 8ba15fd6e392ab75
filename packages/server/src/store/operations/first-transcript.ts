import { sql } from 'kysely';
import type { Dialect } from '../dialect.ts';
import { firstRow, type Operation } from '../operation.ts';
import type { SessionRecord } from '../records.ts';
import type { FirstTranscript, TranscriptPlace } from '../session-walk.ts';
import { statement, type Query } from '../statement.ts';
import type { TranscriptTable } from '../tables.ts';
import { chunks } from './appends.ts';

interface Copy {
  tenantId: string;
  sessionId: string;
  agentSessionId: string;
  from: { sessionId: string; agentSessionId: string };
  /** Absent: all of it. */
  upTo?: TranscriptPlace | undefined;
  /** How an entry says whose it is, in the copy and where it comes from. */
  words: { from: string; to: string };
}

/** The transcript with which a session begins. */
interface FirstTranscripts {
  /** Whether what is to be copied is the caller's to copy. */
  isHeld(tenantId: string, transcript: FirstTranscript | undefined): Operation<boolean>;
  insert(session: SessionRecord, transcript: FirstTranscript | undefined): Query[];
}

export function createFirstTranscripts({ db, rowLocks }: Dialect): FirstTranscripts {
  const readLease = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('session_heads')
      .select(['lease_owner', 'lease_epoch'])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  // What removes the transcript waits until the copy is there, or is waited for.
  const holdHead = statement(({ tenantId, sessionId }: { tenantId: string; sessionId: string }) =>
    db
      .selectFrom('session_heads')
      .select('transcript_removed_at')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forShare()),
  );
  const copy = statement(({ tenantId, sessionId, agentSessionId, from, upTo, words }: Copy) =>
    db
      .insertInto('transcripts')
      .columns(['tenant_id', 'session_id', 'agent_session_id', 'subpath', 'ordinal', 'uuid', 'entry'])
      .expression(
        db
          .selectFrom('transcripts')
          .select(({ val, fn }) => [
            'tenant_id',
            asText(sessionId).as('session_id'),
            asText(agentSessionId).as('agent_session_id'),
            'subpath',
            'ordinal',
            'uuid',
            fn<string>('replace', ['entry', val(words.from), val(words.to)]).as('entry'),
          ])
          .where('tenant_id', '=', tenantId)
          .where('session_id', '=', from.sessionId)
          .where('agent_session_id', '=', from.agentSessionId)
          .$if(upTo !== undefined, (query) =>
            query.where('subpath', '=', upTo?.subpath ?? '').where('ordinal', '<=', upTo?.ordinal ?? 0),
          ),
      ),
  );
  const insert = statement((entries: TranscriptTable[]) =>
    db
      .insertInto('transcripts')
      .values(entries)
      .onConflict((conflict) => conflict.doNothing()),
  );

  return {
    *isHeld(tenantId, transcript) {
      if (transcript?.from !== 'session') return true;
      const { sessionId } = transcript;
      if (transcript.epoch === undefined) {
        const head = yield* firstRow(holdHead({ tenantId, sessionId }));
        return head?.transcript_removed_at === null;
      }
      const lease = yield* firstRow(readLease({ tenantId, sessionId }));
      return lease?.lease_owner != null && lease.lease_epoch === transcript.epoch;
    },
    insert({ tenantId, id: sessionId, agentSessionId }, transcript) {
      if (!transcript || agentSessionId === null) return [];
      const key = { tenantId, sessionId, agentSessionId };
      if (transcript.from === 'session') {
        const words = { from: nameOf(transcript.agentSessionId), to: nameOf(agentSessionId) };
        const from = { sessionId: transcript.sessionId, agentSessionId: transcript.agentSessionId };
        const parts = transcript.upTo ?? [undefined];
        return parts.map((upTo) => copy({ ...key, from, words, upTo }));
      }
      const rows = transcript.parts.flatMap(({ subpath, entries }) =>
        entries.map(({ uuid, entry }, index) => ({
          tenant_id: tenantId,
          session_id: sessionId,
          agent_session_id: agentSessionId,
          subpath,
          ordinal: index + 1,
          uuid,
          entry,
        })),
      );
      return chunks(rows).map(insert);
    },
  };
}

/** As the mirror writes it: a text inside of a value has its quotes escaped. */
function nameOf(agentSessionId: string): string {
  return `"sessionId":"${agentSessionId}"`;
}

/** PostgreSQL does not know the type of a parameter that only is selected. */
function asText(value: string) {
  return sql<string>`cast(${value} as text)`;
}
