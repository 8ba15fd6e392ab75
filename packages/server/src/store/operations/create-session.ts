import { NO_USAGE } from '../../domain/managed-session.ts';
import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { firstRow, type Operation, type Written } from '../operation.ts';
import { toSessionRow } from '../session-rows.ts';
import { statement } from '../statement.ts';
import type { CreationResult, SessionCreation } from '../store.ts';
import type { HeadTable, SessionTable } from '../tables.ts';
import { createAppends } from './appends.ts';
import { createFirstTranscripts } from './first-transcript.ts';
import { createKeyUse } from './idempotency.ts';
import { createLabelWrites } from './session-labels.ts';
import { createResourceAppends } from './session-files.ts';

/** When to look at a session: on the caller's clock at `now`, so long before or after it. */
interface Wake {
  now: number;
  delayMs: number;
}

/** A session with its head, what it is given and, if it starts with work, the first run and input. */
export function createSessionCreation(dialect: Dialect): Writes['createSession'] {
  const { db, now: timeOf, rowLocks } = dialect;
  const insertSession = statement((row: SessionTable) => db.insertInto('sessions').values(row));
  const insertHead = statement(
    ({ row, wake }: { row: Omit<HeadTable, 'wake_at'>; wake?: Wake | undefined }) =>
      db.insertInto('session_heads').values((column) => ({
        ...row,
        wake_at: wake ? column(timeOf(wake.now), '+', wake.delayMs) : null,
      })),
  );
  // Who deletes it waits until the session is there, and finds it.
  const holdAgent = statement(({ tenantId, id }: { tenantId: string; id: string }) =>
    db
      .selectFrom('agents')
      .select('id')
      .where('tenant_id', '=', tenantId)
      .where('id', '=', id)
      .$if(rowLocks, (query) => query.forKeyShare()),
  );
  const appends = createAppends(dialect);
  const resourceAppends = createResourceAppends(dialect);
  const useKey = createKeyUse(dialect);
  const labels = createLabelWrites(dialect);
  const transcripts = createFirstTranscripts(dialect);

  return function* createSession(
    tenantId: string,
    creation: SessionCreation,
    now: number,
  ): Operation<Written<CreationResult>> {
    const { session, wakeAt, run, inputs = [], resources = [], transcript, idempotency } = creation;
    if (creation.needsAgent && !(yield* firstRow(holdAgent({ tenantId, id: session.agentId ?? '' }))))
      return { result: { ok: false, conflict: 'agent_gone' } };
    if (!(yield* transcripts.isHeld(tenantId, transcript)))
      return { result: { ok: false, conflict: 'lease' } };
    if (!(yield* resourceAppends.haveSources(tenantId, resources)))
      return { result: { ok: false, conflict: 'file_gone' } };
    if (!(yield* useKey(tenantId, idempotency))) return { result: { ok: false, conflict: 'repeated' } };
    yield [
      insertSession(toSessionRow({ ...session, tenantId })),
      insertHead({
        row: {
          tenant_id: tenantId,
          session_id: session.id,
          version: 1,
          last_seq: 0,
          message_count: 0,
          open_inputs: inputs.length,
          last_pos: inputs.length,
          last_ordinal: run?.ordinal ?? null,
          waits_for: null,
          needs_slot: 1,
          lease_owner: null,
          lease_until: null,
          lease_epoch: 0,
          log_bytes: 0,
          transcript_removed_at: null,
          workspace_removed_at: null,
          usage: session.usage === NO_USAGE ? null : JSON.stringify(session.usage),
          last_event_us: 0,
          sent: creation.sentBy === undefined ? null : JSON.stringify({ [creation.sentBy]: 0 }),
        },
        wake: wakeAt === null ? undefined : { now, delayMs: wakeAt - now },
      }),
      ...(run ? [appends.run(tenantId, run)] : []),
      ...appends.inputs(tenantId, session.id, 1, inputs),
      ...transcripts.insert({ ...session, tenantId }, transcript),
      ...labels.add({ tenantId, sessionId: session.id }, session.metadata),
      ...resourceAppends.insert(tenantId, resources),
    ];
    return { result: { ok: true }, session: session.id, work: wakeAt !== null };
  };
}
