import { isMessage, type NewEvent, type StoredEvent } from '../../domain/event.ts';
import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import { toEventRow, toRunColumns, toSessionColumns } from '../rows.ts';
import { statement } from '../statement.ts';
import type { Commit, CommitResult } from '../store.ts';
import type { HeadTable } from '../tables.ts';
import { createAppends } from './appends.ts';
import { createApprovalWrites } from './approvals.ts';
import { createDeliveryAppends } from './deliveries.ts';
import { createKeyUse } from './idempotency.ts';

type HeadColumns = Omit<HeadTable, 'tenant_id' | 'session_id'>;
type Head = Omit<HeadColumns, 'transcript_removed_at' | 'workspace_removed_at'>;
interface SessionKey {
  tenantId: string;
  sessionId: string;
}

/**
 * Appends to a session's log and changes its rows. Every conflict is found before the first write, so that a
 * refused commit leaves nothing behind in the transaction that it shares with others.
 */
export function createCommit(dialect: Dialect): Writes['commit'] {
  const { db, rowLocks } = dialect;
  const appends = createAppends(dialect);
  const approvals = createApprovalWrites(dialect);
  const deliver = createDeliveryAppends(dialect);
  const useKey = createKeyUse(dialect);
  const readHead = statement(({ tenantId, sessionId }: SessionKey) =>
    db
      .selectFrom('session_heads')
      .select([
        'version',
        'last_seq',
        'message_count',
        'open_inputs',
        'last_pos',
        'last_ordinal',
        'wake_at',
        'needs_slot',
        'lease_owner',
        'lease_until',
        'lease_epoch',
        'log_bytes',
      ])
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .$if(rowLocks, (query) => query.forUpdate()),
  );
  const consumeInputs = statement(({ tenantId, sessionId, ids }: SessionKey & { ids: string[] }) =>
    db
      .deleteFrom('inputs')
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId)
      .where('id', 'in', ids)
      .returning('id'),
  );
  const updateHead = statement(({ tenantId, sessionId, set }: SessionKey & { set: Partial<HeadColumns> }) =>
    db
      .updateTable('session_heads')
      .set(set)
      .where('tenant_id', '=', tenantId)
      .where('session_id', '=', sessionId),
  );
  const updateSession = statement(
    ({ tenantId, sessionId, set }: SessionKey & { set: ReturnType<typeof toSessionColumns> }) =>
      db.updateTable('sessions').set(set).where('tenant_id', '=', tenantId).where('id', '=', sessionId),
  );
  const updateRun = statement(
    ({ tenantId, sessionId, id, set }: SessionKey & { id: string; set: ReturnType<typeof toRunColumns> }) =>
      db
        .updateTable('runs')
        .set(set)
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('id', '=', id),
  );

  return function* commit(
    tenantId: string,
    sessionId: string,
    request: Commit,
  ): Operation<Written<CommitResult>> {
    const key = { tenantId, sessionId };
    const head = yield* firstRow(readHead(key));
    const conflict = findConflict(head, request);
    if (head === undefined || conflict) {
      return { result: { ok: false, conflict: conflict ?? 'gone' } };
    }
    const { answerApproval } = request;
    if (answerApproval && !(yield* approvals.isOpen(tenantId, sessionId, answerApproval.id))) {
      return { result: { ok: false, conflict: 'answered' } };
    }
    if (!(yield* useKey(tenantId, request.idempotency))) {
      return { result: { ok: false, conflict: 'repeated' } };
    }
    const { inputs = [], consumeInputIds: ids = [], insertRun, deliveries = [] } = request;
    const consumed = ids.length > 0 ? (yield* rows(consumeInputs({ ...key, ids }))).length : 0;
    const events = placeEvents(head, request.events ?? []);
    const messages = events.filter((event) => event.messageIndex !== null).length;
    const eventRows = events.map((event) => toEventRow(tenantId, sessionId, event));
    const logBytes = head.log_bytes + sizeOf(eventRows) + sizeOfOutputs(events);
    const next: Partial<HeadColumns> = {
      version: head.version + 1,
      last_seq: head.last_seq + events.length,
      message_count: head.message_count + messages,
      open_inputs: head.open_inputs + inputs.length - consumed,
      last_pos: head.last_pos + inputs.length,
      last_ordinal: insertRun?.ordinal ?? head.last_ordinal,
      log_bytes: logBytes,
      ...toHeadColumns(request),
    };
    const writes = [
      updateHead({ ...key, set: next }),
      ...appends.events(eventRows),
      ...appends.inputs(tenantId, sessionId, head.last_pos + 1, inputs),
      ...approvals.queries(tenantId, request),
      ...deliver(tenantId, sessionId, deliveries),
    ];
    if (isPatch(request.session))
      writes.push(updateSession({ ...key, set: toSessionColumns(request.session) }));
    if (insertRun) writes.push(appends.run(tenantId, insertRun));
    if (request.updateRun) {
      const { id, ...patch } = request.updateRun;
      if (isPatch(patch)) writes.push(updateRun({ ...key, id, set: toRunColumns(patch) }));
    }
    yield writes;
    return {
      result: { ok: true, version: head.version + 1, events, logBytes },
      session: sessionId,
      inputs: inputs.length > 0 || answerApproval !== undefined,
      work: makesWork(head, request),
      deliveries: deliveries.length > 0,
    };
  };
}

function findConflict(head: Head | undefined, { epoch, expectedVersion }: Commit) {
  if (head === undefined) return 'gone';
  if (epoch !== undefined && (head.lease_epoch !== epoch || head.lease_owner === null)) return 'lease';
  if (expectedVersion !== undefined && head.version !== expectedVersion) return 'version';
  return undefined;
}

/** Gives the events their places in the log. */
function placeEvents(head: Head, events: NewEvent[]): StoredEvent[] {
  let seq = head.last_seq;
  let messages = head.message_count;
  return events.map((event) => ({
    ...event,
    seq: ++seq,
    messageIndex: isMessage(event.body) ? messages++ : null,
  }));
}

function sizeOf(events: { payload: string }[]): number {
  return events.reduce((sum, { payload }) => sum + Buffer.byteLength(payload), 0);
}

/** What is kept beside the log, in files. */
function sizeOfOutputs(events: NewEvent[]): number {
  return events.reduce(
    (sum, { body }) => sum + ('fullOutput' in body ? (body.fullOutput?.bytes ?? 0) : 0),
    0,
  );
}

/** Only what changes: a column that is not mentioned leaves its index alone. */
function toHeadColumns({ head, releaseLease }: Commit): Partial<HeadColumns> {
  return {
    ...(head?.wakeAt !== undefined && { wake_at: head.wakeAt }),
    ...(head?.needsSlot !== undefined && { needs_slot: head.needsSlot ? 1 : 0 }),
    ...(head?.workspaceRemovedAt !== undefined && { workspace_removed_at: head.workspaceRemovedAt }),
    ...(releaseLease && { lease_owner: null, lease_until: null }),
  };
}

function makesWork(before: Head, { head, releaseLease }: Commit): boolean {
  const wakeAt = head?.wakeAt === undefined ? before.wake_at : head.wakeAt;
  return wakeAt !== null && (releaseLease === true || head?.wakeAt !== undefined);
}

/** Whether a patch sets anything: an UPDATE without columns is no SQL. */
function isPatch<Patch extends object>(patch: Patch | undefined): patch is Patch {
  return patch !== undefined && Object.values(patch).some((value) => value !== undefined);
}
