import { PRIMARY_THREAD, type AgentResult, type EventBody, type StoredEvent } from '#src/domain/event.ts';
import type { Failure } from '#src/domain/failure.ts';
import type { Clock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import { changeState } from '#src/sessions/session.ts';
import type { ClaimedSession, Commit, Store } from '#src/store/store.ts';
import { until } from './until.ts';

/** Plays the worker: takes sessions by lease and writes what the test wants their agents to have done. */
export class ScriptedWorker {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #claimed = new Map<string, ClaimedSession>();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Removes what is left of a session that is being deleted. */
  async remove(sessionId: string): Promise<void> {
    const view = await until('the session is to be removed', async () => {
      await this.#claim();
      const { session } = this.#claimed.get(sessionId) ?? {};
      const now = session && (await this.#store.readSession(session.tenantId, sessionId));
      return now?.session.state === 'deleting' && now;
    });
    this.#claimed.delete(sessionId);
    await this.#store.deleteSession(view.session.tenantId, sessionId, view.head.leaseEpoch);
  }

  /** The run of this session is under way: the prompt is taken, the state is `running`. */
  async take(sessionId: string): Promise<ScriptedRun> {
    await this.#claim();
    const session = this.#claimed.get(sessionId);
    if (!session) throw new Error(`There is no run to take for ${sessionId}.`);
    this.#claimed.delete(sessionId);
    const run = new ScriptedRun(this.#store, this.#clock, session);
    await run.begin();
    return run;
  }

  async #claim(): Promise<void> {
    const claimed = await this.#store.claim({
      owner: 'test',
      leaseMs: 3_600_000,
      slots: 1000,
      limit: 1000,
    });
    for (const session of claimed) this.#claimed.set(session.session.id, session);
  }
}

export class ScriptedRun {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #claimed: ClaimedSession;

  constructor(store: Store, clock: Clock, claimed: ClaimedSession) {
    this.#store = store;
    this.#clock = clock;
    this.#claimed = claimed;
  }

  get runId(): string {
    if (!this.#claimed.run) throw new Error('The session has no run.');
    return this.#claimed.run.id;
  }

  async begin(): Promise<void> {
    const [input] = this.#claimed.inputs;
    if (!input) throw new Error('The session has no input.');
    const now = this.#clock.now();
    const change = changeState(this.#claimed, { to: 'running', eventId: createId(now), now });
    await this.#commit({
      session: { ...change.session, agentSessionId: this.#claimed.session.agentSessionId ?? createId(now) },
      events: [
        change.event,
        {
          id: input.id,
          threadId: PRIMARY_THREAD,
          createdAt: now,
          body: { type: 'user.message', runId: this.runId, content: input.payload.content ?? '' },
        },
      ],
      consumeInputIds: [input.id],
      updateRun: {
        id: this.runId,
        state: 'running',
        startedAt: now,
        firstSeq: this.#claimed.run?.firstSeq ?? this.#claimed.head.lastSeq,
      },
    });
  }

  async emit(...bodies: EventBody[]): Promise<StoredEvent[]> {
    return this.#commit({ events: bodies.map((body) => this.#event(body)) });
  }

  /** A line of text from the agent. */
  async say(...texts: string[]): Promise<StoredEvent[]> {
    return this.emit(
      ...texts.map((text) => ({
        type: 'agent.message' as const,
        messageId: 'msg_1',
        model: 'demo',
        parentToolUseId: null,
        text,
      })),
    );
  }

  async result(result: AgentResult, totalCostUsd = result.totalCostUsd): Promise<void> {
    await this.#commit({
      events: [this.#event({ type: 'run.result', runId: this.runId, result })],
      session: { totalCostUsd },
      updateRun: { id: this.runId, result, modelUsage: result.modelUsage, costUsd: totalCostUsd },
    });
  }

  async end(state: 'completed' | 'failed' | 'cancelled', failure?: Failure): Promise<void> {
    const now = this.#clock.now();
    const running = { ...this.#claimed, session: { ...this.#claimed.session, state: 'running' as const } };
    const change = changeState(running, { to: state, eventId: createId(now), now, failure });
    const open = await this.#store.readInputs(this.#claimed.session.tenantId, this.#claimed.session.id);
    await this.#commit({
      session: change.session,
      events: [change.event],
      consumeInputIds: open.map((input) => input.id),
      updateRun: { id: this.runId, state, endedAt: now, failure: failure ?? null },
      head: { wakeAt: null },
      releaseLease: true,
    });
  }

  #event(body: EventBody) {
    const now = this.#clock.now();
    return { id: createId(now), threadId: PRIMARY_THREAD, createdAt: now, body };
  }

  async #commit(commit: Commit): Promise<StoredEvent[]> {
    const { session, head } = this.#claimed;
    const result = await this.#store.commit(session.tenantId, session.id, {
      ...commit,
      epoch: head.leaseEpoch,
    });
    if (!result.ok) throw new Error(`The commit was refused: ${result.conflict}.`);
    return result.events;
  }
}

/** A result as the agent gives it; overridden where a test looks. */
export function createResult(overrides: Partial<AgentResult> = {}): AgentResult {
  return {
    subtype: 'success',
    isError: false,
    agentSessionId: 'c1a0de00-0000-4000-8000-000000000000',
    durationMs: 1200,
    durationApiMs: 800,
    numTurns: 2,
    totalCostUsd: 0.01,
    result: 'Done.',
    usage: { input_tokens: 10, output_tokens: 5 },
    modelUsage: {
      demo: {
        inputTokens: 10,
        outputTokens: 5,
        cacheReadInputTokens: 1,
        cacheCreationInputTokens: 2,
        costUsd: 0.01,
      },
    },
    ...overrides,
  };
}
