import type { AgentAsk, AgentProcess } from '../agent/agent.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import type { SessionState } from '../domain/session-state.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import type { ApprovalRecord, RunRecord } from '../store/records.ts';
import type { NewDelivery } from '../store/deliveries.ts';
import type { WorkerContext } from './context.ts';
import { whileHeld, type Lease } from './lease.ts';
import type { CommitPart, LogWriter } from './log-writer.ts';

/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 5 * SECOND;

interface Surroundings {
  context: WorkerContext;
  lease: Lease;
  run: RunRecord;
  writer: LogWriter;
  /** The part of a commit that puts the session into another state. */
  changeState(to: SessionState): CommitPart;
  process(): AgentProcess | undefined;
}

/**
 * The calls of a turn that wait for a person: each is a row and an event before anybody sees it, and the agent hears
 * of a decision after it was noted that it does.
 */
export class TurnAsks implements Disposable {
  readonly #around: Surroundings;
  readonly #open = new Map<string, ApprovalRecord>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #lookAgain = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#unsubscribe = around.context.store.hints.onInputs(around.lease.sessionId, this.#look);
    this.#timer = setInterval(this.#look, LOOK_AGAIN_MS).unref();
  }

  /** The one call that waits, if it is one that can be held without its process: the only one, in the main line. */
  get carried(): ApprovalRecord | undefined {
    const [first, ...others] = this.#open.values();
    return others.length === 0 && first?.parentToolUseId === null ? first : undefined;
  }

  /** Tells of it in the next commit. The session is read for the webhook only, if there is one. */
  async open(ask: AgentAsk): Promise<void> {
    const { context, lease, run, writer, changeState } = this.#around;
    const now = context.clock.now();
    const approval: ApprovalRecord = {
      ...ask,
      tenantId: lease.tenantId,
      sessionId: lease.sessionId,
      runId: run.id,
      id: createId(now),
      state: 'open',
      decision: null,
      createdAt: now,
      closedAt: null,
      deliveredAt: null,
    };
    const messages = await this.#findMessages(approval);
    const waiting = this.#open.size === 0 ? changeState('waiting') : {};
    this.#open.set(ask.toolUseId, approval);
    const requested = writer.createEvent({
      type: 'approval.requested',
      approvalId: approval.id,
      runId: run.id,
      toolUseId: ask.toolUseId,
      name: ask.name,
    });
    writer.add({
      ...waiting,
      openApprovals: [approval],
      events: [...(waiting.events ?? []), requested],
      deliveries: messages,
    });
    this.#look();
  }

  /** The agent does not wait for this one any more. */
  withdraw(toolUseId: string): void {
    const approval = this.#open.get(toolUseId);
    if (!approval) return;
    const { context, writer } = this.#around;
    const expired = expireApprovals([approval], 'run_ended', context.clock.now());
    const running = this.#close(toolUseId);
    writer.add({ ...running, ...expired, events: [...expired.events, ...(running.events ?? [])] });
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
  }

  async #findMessages(approval: ApprovalRecord): Promise<NewDelivery[]> {
    const { context, lease } = this.#around;
    const { announce, store } = context;
    if (!announce) return [];
    return whileHeld(lease, async () => {
      const view = await store.readSession(lease.tenantId, lease.sessionId);
      const waiting = view && { ...view, session: { ...view.session, state: 'waiting' as const } };
      return waiting ? announce(waiting, { openApprovals: [approval] }) : [];
    });
  }

  #close(toolUseId: string): CommitPart {
    this.#open.delete(toolUseId);
    return this.#open.size === 0 ? this.#around.changeState('running') : {};
  }

  readonly #look = (): void => {
    this.#lookAgain = true;
    if (!this.#isLooking) void this.#readAll();
  };

  /** Never rejects: while the store is away the person waits, and the timer looks again. */
  async #readAll(): Promise<void> {
    const { context, lease } = this.#around;
    this.#isLooking = true;
    try {
      while (this.#lookAgain && this.#open.size > 0) {
        this.#lookAgain = false;
        await this.#around.writer.flush();
        for (const { id, toolUseId } of this.#open.values()) {
          const approval = await context.store.readApproval(lease.tenantId, id);
          if (approval?.decision) await this.#deliver(toolUseId, id, approval.decision);
        }
      }
    } catch (error) {
      context.log.warn({ err: error, sessionId: lease.sessionId }, 'Approvals could not be read.');
    } finally {
      this.#isLooking = false;
    }
  }

  async #deliver(toolUseId: string, id: string, decision: ApprovalDecision): Promise<void> {
    const { context, writer, process } = this.#around;
    if (!this.#open.has(toolUseId)) return;
    const running = this.#close(toolUseId);
    writer.add({ ...running, deliverApprovals: { ids: [id], deliveredAt: context.clock.now() } });
    await writer.flush();
    process()?.answer(toolUseId, decision);
  }
}
