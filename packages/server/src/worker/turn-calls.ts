import type { AgentAsk, AgentProcess } from '../agent/agent.ts';
import type { ApprovalDecision } from '../domain/approval.ts';
import type { ToolUseEvent } from '../domain/event.ts';
import { SECOND } from '../lib/duration.ts';
import { createId } from '../lib/ids.ts';
import { expireApprovals } from '../sessions/approval-events.ts';
import type { ApprovalRecord, RunRecord } from '../store/records.ts';
import type { NewDelivery } from '../store/deliveries.ts';
import type { WorkerContext } from './context.ts';
import { toDeliveredEvent } from './delivered.ts';
import { whileHeld, type Lease } from './lease.ts';
import type { CommitPart, LogWriter } from './log-writer.ts';
import { toObject } from '../lib/to-object.ts';

/** A lost hint costs at most so much latency. */
const LOOK_AGAIN_MS = 5 * SECOND;

interface Surroundings {
  context: WorkerContext;
  lease: Lease;
  run: RunRecord;
  writer: LogWriter;
  /** Of an agent of `/v1`: its policy says beforehand which calls need the client. */
  isManaged: boolean;
  /** Puts the session into another state, in the next commit; waiting: for the answers to these calls, by their ids. */
  goTo(state: 'running' | { waitsFor: string[] }): void;
  process(): AgentProcess | undefined;
}

interface OpenCall {
  approval: ApprovalRecord;
  /** The agent is at it, and goes no further with it. */
  isReached: boolean;
}

/**
 * The calls of a turn that need the client: each is a row and an event before anybody sees it, and the agent hears of a
 * decision after it was noted that it does.
 *
 * The session waits when the agent is at such a call. With an agent of `/v1`, only when nothing else is under way any
 * more: no other call, and no answer of the model that may bring more calls. An answer may come before that.
 */
export class TurnCalls implements Disposable {
  readonly #around: Surroundings;
  readonly #open = new Map<string, OpenCall>();
  /** Calls under way that need nobody. */
  readonly #working = new Set<string>();
  readonly #unsubscribe: () => void;
  readonly #timer: NodeJS.Timeout;
  #isWaiting = false;
  #isAnswering = false;
  #isLooking = false;
  #lookAgain = false;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#unsubscribe = around.context.store.hints.onInputs(around.lease.sessionId, this.#look);
    this.#timer = setInterval(this.#look, LOOK_AGAIN_MS).unref();
  }

  /** The session waits, and can do so without its process: all calls for which it waits are in the main line. */
  get canPark(): boolean {
    const open = [...this.#open.values()];
    return this.#isWaiting && open.every(({ approval }) => approval.parentToolUseId === null);
  }

  /** The session may come to wait by what the agent says next, in a way that an agent of `/v1` has. */
  get mayWait(): boolean {
    return this.#around.isManaged && !this.#isWaiting && this.#open.size > 0;
  }

  /** The agent has made a call of which its policy says that the client decides: what goes into the commit of the call. */
  async announced(
    { toolUseId, name, input, parentToolUseId }: ToolUseEvent,
    eventId: string,
  ): Promise<CommitPart> {
    const kind = name.startsWith('mcp__custom__') ? ('custom_tool' as const) : ('permission' as const);
    const asked = { toolUseId, kind, name, input: toObject(input), rules: [], reason: null, parentToolUseId };
    return this.#add(asked, eventId, false);
  }

  /** The agent is at a call and waits. */
  async reached(ask: AgentAsk, eventId: string | undefined): Promise<void> {
    const known = this.#open.get(ask.toolUseId);
    if (known) known.isReached = true;
    else if (!this.#around.isManaged) {
      this.#around.writer.add(await this.#add(ask, eventId ?? this.#newId(), true));
    }
    this.#settle();
    this.#look();
  }

  /** A call that needs nobody, or not any more, is at work. */
  started(toolUseId: string): void {
    this.#working.add(toolUseId);
    this.#settle();
  }

  ended(toolUseId: string): void {
    this.#working.delete(toolUseId);
    this.#settle();
  }

  /** The model is writing. */
  answering(isAnswering: boolean): void {
    this.#isAnswering = isAnswering;
    this.#settle();
  }

  /** The agent does not wait for this one any more. */
  withdraw(toolUseId: string): void {
    const call = this.#open.get(toolUseId);
    if (!call) return;
    const { context, writer } = this.#around;
    this.#open.delete(toolUseId);
    writer.add(expireApprovals([call.approval], 'run_ended', context.clock.now()));
    this.#settle();
  }

  [Symbol.dispose](): void {
    this.#unsubscribe();
    clearInterval(this.#timer);
  }

  #newId(): string {
    return createId(this.#around.context.clock.now());
  }

  /** The session is read for the webhook only, if there is one. */
  async #add(ask: AgentAsk, id: string, isReached: boolean): Promise<CommitPart> {
    const { context, lease, run, writer } = this.#around;
    const approval: ApprovalRecord = {
      ...ask,
      tenantId: lease.tenantId,
      sessionId: lease.sessionId,
      runId: run.id,
      id,
      state: 'open',
      decision: null,
      createdAt: context.clock.now(),
      closedAt: null,
      deliveredAt: null,
    };
    const deliveries = await this.#findMessages(approval);
    this.#open.set(ask.toolUseId, { approval, isReached });
    this.#lookAgain = true;
    const requested = writer.createEvent({
      type: 'approval.requested',
      approvalId: id,
      runId: run.id,
      toolUseId: ask.toolUseId,
      name: ask.name,
    });
    return { openApprovals: [approval], events: [requested], deliveries };
  }

  /** Waits when there is something to wait for and nothing else to do; else it runs. */
  #settle(): void {
    const { isManaged, goTo } = this.#around;
    const isReached = [...this.#open.values()].some((call) => call.isReached);
    const isBusy = isManaged && (this.#isAnswering || this.#working.size > 0);
    const isWaiting = isReached && !isBusy;
    if (isWaiting === this.#isWaiting) return;
    this.#isWaiting = isWaiting;
    goTo(isWaiting ? { waitsFor: [...this.#open.values()].map(({ approval }) => approval.id) } : 'running');
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
        for (const { approval } of this.#open.values()) {
          const now = await context.store.readApproval(lease.tenantId, approval.id);
          if (now?.decision) await this.#deliver(now, now.decision);
        }
      }
    } catch (error) {
      context.log.warn({ err: error, sessionId: lease.sessionId }, 'Approvals could not be read.');
    } finally {
      this.#isLooking = false;
    }
  }

  async #deliver(approval: ApprovalRecord, decision: ApprovalDecision): Promise<void> {
    const { context, writer, process } = this.#around;
    if (!this.#open.delete(approval.toolUseId)) return;
    // It goes on now, and ends with its result.
    this.#working.add(approval.toolUseId);
    this.#settle();
    const now = context.clock.now();
    writer.add({
      events: [toDeliveredEvent(approval, decision, now)],
      deliverApprovals: { ids: [approval.id], deliveredAt: now },
    });
    await writer.flush();
    process()?.answer(approval.toolUseId, decision);
  }
}
