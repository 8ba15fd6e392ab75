import { isMessage, MICROS_PER_EVENT, type NewEvent, type StoredEvent } from '../../domain/event.ts';
import type { Dialect } from '../dialect.ts';
import type { Writes } from '../engine.ts';
import { firstRow, rows, type Operation, type Written } from '../operation.ts';
import { parseEvent, toEventRow, toRunColumns } from '../rows.ts';
import { toSessionColumns } from '../session-rows.ts';
import { statement } from '../statement.ts';
import type { Commit, CommitResult } from '../store.ts';
import type { HeadTable } from '../tables.ts';
import { createAppends } from './appends.ts';
import { createApprovalWrites } from './approvals.ts';
import { createDailyWrites } from './daily.ts';
import { createDeliveryAppends } from './deliveries.ts';
import { createKeyUse } from './idempotency.ts';
import { createLabelWrites } from './session-labels.ts';

type HeadColumns = Omit<HeadTable, 'tenant_id' | 'session_id'>;
type Head = Omit<HeadColumns, 'transcript_removed_at' | 'workspace_removed_at' | 'usage' | 'sent'>;
interface SessionKey {
  tenantId: string;
  sessionId: string;
}

/**
 * Appends to a session's log and changes its rows. Every conflict is found before the first write, so that a
 * refused commit leaves nothing behind in the transaction that it shares with others.
 */
export function createCommit(dialect: Dialect): Writes['commit'] {
  const { db, rowLocks, now: timeOf } = dialect;
  const appends = createAppends(dialect);
  const approvals = createApprovalWrites(dialect);
  const daily = createDailyWrites(dialect);
  const deliver = createDeliveryAppends(dialect);
  const useKey = createKeyUse(dialect);
  const labels = createLabelWrites(dialect);
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
        'waits_for',
        'needs_slot',
        'lease_owner',
        'lease_until',
        'lease_epoch',
        'log_bytes',
        'last_event_us',
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
  const findEvents = statement(
    ({ tenantId, sessionId, after, ids }: SessionKey & { after: number; ids: string[] }) =>
      db
        .selectFrom('events')
        .select(['seq', 'message_index', 'id', 'thread_id', 'created_at', 'payload', 'at_us'])
        .where('tenant_id', '=', tenantId)
        .where('session_id', '=', sessionId)
        .where('seq', '>', after)
        .where('id', 'in', ids)
        .orderBy('seq'),
  );
  const updateHead = statement(
    ({ tenantId, sessionId, set, delayMs, now }: SessionKey & Update & { now: number }) =>
      db
        .updateTable('session_heads')
        .set(set)
        .$if(delayMs !== undefined, (query) =>
          query.set((column) => ({ wake_at: column(timeOf(now), '+', delayMs ?? 0) })),
        )
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

  function* findStored(
    key: SessionKey,
    { repeatedSince: after, events = [] }: Commit,
  ): Operation<StoredEvent[]> {
    if (after === undefined || events.length === 0) return [];
    return (yield* rows(findEvents({ ...key, after, ids: events.map(({ id }) => id) }))).map(parseEvent);
  }

  return function* commit(
    tenantId: string,
    sessionId: string,
    request: Commit,
    now: number,
  ): Operation<Written<CommitResult>> {
    const key = { tenantId, sessionId };
    const head = yield* firstRow(readHead(key));
    const conflict = findConflict(head, request);
    if (head === undefined || conflict) {
      return { result: { ok: false, conflict: conflict ?? 'gone' } };
    }
    // The head is locked: an attempt whose outcome nobody knew has been stored by now, or never will be.
    const stored = yield* findStored(key, request);
    if (stored.length > 0) {
      return {
        result: { ok: true, version: head.version, events: stored, logBytes: head.log_bytes },
        session: sessionId,
        // A hint too many costs nothing.
        inputs: true,
        work: true,
        deliveries: true,
      };
    }
    const { answerApprovals = [] } = request;
    for (const { id } of answerApprovals) {
      if (!(yield* approvals.isOpen(tenantId, sessionId, id))) {
        return { result: { ok: false, conflict: 'answered' } };
      }
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
    const removedAt = request.head?.workspaceRemovedAt;
    const schedule = scheduleNext(head, request, now);
    const next: Partial<HeadColumns> = {
      version: head.version + 1,
      last_seq: head.last_seq + events.length,
      ...(events.length > 0 && { last_event_us: events.at(-1)?.atUs ?? 0 }),
      ...(request.head?.sent && { sent: JSON.stringify(request.head.sent) }),
      ...(request.session?.usage && { usage: JSON.stringify(request.session.usage) }),
      message_count: head.message_count + messages,
      open_inputs: head.open_inputs + inputs.length - consumed,
      last_pos: head.last_pos + inputs.length,
      last_ordinal: insertRun?.ordinal ?? head.last_ordinal,
      log_bytes: logBytes,
      ...(removedAt !== undefined && { workspace_removed_at: removedAt }),
      ...schedule.set,
    };
    const writes = [
      updateHead({ ...key, ...schedule, set: next, now }),
      ...appends.events(eventRows),
      ...appends.inputs(tenantId, sessionId, head.last_pos + 1, inputs),
      ...approvals.queries(tenantId, request),
      ...deliver(tenantId, sessionId, deliveries),
      ...daily.commit(tenantId, sessionId, request, now),
    ];
    const sessionColumns = toSessionColumns(request.session ?? {});
    if (isPatch(sessionColumns)) writes.push(updateSession({ ...key, set: sessionColumns }));
    if (request.session?.metadata !== undefined) {
      writes.push(labels.remove(key), ...labels.add(key, request.session.metadata));
    }
    if (insertRun) writes.push(appends.run(tenantId, insertRun));
    if (request.updateRun) {
      const { id, ...patch } = request.updateRun;
      if (isPatch(patch)) writes.push(updateRun({ ...key, id, set: toRunColumns(patch) }));
    }
    yield writes;
    return {
      result: { ok: true, version: head.version + 1, events, logBytes },
      session: sessionId,
      inputs: inputs.length > 0 || answerApprovals.length > 0,
      work: makesWork(head, request, schedule),
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
  let atUs = head.last_event_us;
  return events.map((event) => ({
    ...event,
    seq: ++seq,
    messageIndex: isMessage(event.body) ? messages++ : null,
    atUs: (atUs = Math.max(event.createdAt * 1000, atUs + MICROS_PER_EVENT)),
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

interface Update {
  /** Only what changes: a column that is not mentioned leaves its index alone. */
  set: Partial<Head>;
  /** When a worker is to look at the session, from now on. */
  delayMs?: number | undefined;
}

/** What a commit says of who works on the session next, and when. */
function scheduleNext(before: Head, { head, releaseLease, inputs = [] }: Commit, now: number): Update {
  const released = releaseLease ? { lease_owner: null, lease_until: null } : {};
  const needsSlot = head?.needsSlot === undefined ? {} : { needs_slot: head.needsSlot ? 1 : 0 };
  const common = { ...released, ...needsSlot };
  if (head?.waitsFor !== undefined) return { set: { ...common, waits_for: head.waitsFor, wake_at: null } };
  const waited = before.waits_for === null ? {} : { waits_for: null };
  if (head?.wakeAt === null) return { set: { ...common, ...waited, wake_at: null } };
  if (head?.wakeAt !== undefined) return { set: { ...common, ...waited }, delayMs: head.wakeAt - now };
  // Not everything that a client sends needs the files: a cancel does not.
  if (before.waits_for !== null && inputs.length > 0) return { set: { ...common, ...waited }, delayMs: 0 };
  return { set: common };
}

/** Whether there is something to claim now that was not there, or was held, before. */
function makesWork(before: Head, { releaseLease }: Commit, { set, delayMs }: Update): boolean {
  const isLeft = releaseLease === true && set.wake_at === undefined && before.wake_at !== null;
  return isLeft || delayMs !== undefined;
}

/** Whether a patch sets anything: an UPDATE without columns is no SQL. */
function isPatch<Patch extends object>(patch: Patch | undefined): patch is Patch {
  return patch !== undefined && Object.values(patch).some((value) => value !== undefined);
}
