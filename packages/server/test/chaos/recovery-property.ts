import fc from 'fast-check';
import { expect, it } from 'vitest';
import { textOf } from '#src/domain/content.ts';
import type { StoredEvent } from '#src/domain/event.ts';
import type { Clock } from '#src/lib/clock.ts';
import { createId } from '#src/lib/ids.ts';
import type { Sessions } from '#src/sessions/sessions.ts';
import { createSessions } from '#src/sessions/use-cases.ts';
import type { Store } from '#src/store/store.ts';
import type { Worker } from '#src/worker/worker.ts';
import { TENANT } from '../suites/samples.ts';
import { soakRounds } from '../support/soak.ts';
import { until } from '../support/until.ts';
import { createWorkerWithoutProcesses } from '../support/worker-without-processes.ts';
import { createCrashingStore, type CrashPoint } from './crashing-store.ts';
import { checkOutcomes } from './check-outcomes.ts';
import { Outside, ScriptedAgents, type Step, type Verdict } from './scripted-agents.ts';

const RETRY_DELAYS_MS = [0, 5000, 30_000];

/** A store on which servers follow one another. */
export interface Backend {
  store: Store;
  clock: Clock;
  leaseMs: number;
  /** What was put off comes due. */
  passTime(): Promise<void>;
  /** The leases of a server that died run out. */
  expireLeases(): Promise<void>;
}

type Command =
  | { kind: 'start'; steps: Step[] }
  | { kind: 'resume'; session: number; steps: Step[] }
  | { kind: 'define'; session: number; steps: Step[]; verdicts: Verdict[]; maxIterations: number }
  | { kind: 'cancel'; session: number }
  | { kind: 'answer'; allow: boolean }
  | { kind: 'look' };

const steps = fc.array(fc.constantFrom<Step>('text', 'tool', 'tool', 'ask'), { minLength: 1, maxLength: 4 });
const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('start' as const), steps }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('resume' as const), session: fc.nat(5), steps }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('define' as const),
      session: fc.nat(5),
      steps,
      verdicts: fc.array(
        fc.constantFrom<Verdict>('needs_revision', 'needs_revision', 'satisfied', 'failed'),
        {
          maxLength: 4,
        },
      ),
      maxIterations: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), session: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('answer' as const), allow: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
);
/** Most of a server's life is short: the crashes are to hit every await of a run, from its claim to its end. */
const crash: fc.Arbitrary<CrashPoint> = fc.record({
  call: fc.integer({ min: 1, max: 60 }),
  when: fc.constantFrom('before', 'after'),
});

/** Leases, inputs and recovery with a crash at every await, on a store of whichever kind. */
export function describeRecovery(name: string, open: () => Promise<Backend & AsyncDisposable>): void {
  it(`whenever the server dies, nothing acknowledged is lost and nothing runs twice (${name})`, async () => {
    await using backend = await open();
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 1, maxLength: 8 }),
        fc.array(crash, { maxLength: 6 }),
        async (commands, crashes) => new Play(backend, crashes).run(commands),
      ),
      { numRuns: Math.min(soakRounds(20), 150), interruptAfterTimeLimit: 240_000 },
    );
  }, 300_000);
}

/** One server after the other, and a client that sends commands to whichever lives. */
class Play {
  readonly #backend: Backend;
  readonly #crashes: CrashPoint[];
  readonly #outside = new Outside();
  readonly #sessionIds: string[] = [];
  readonly #begin: string;
  /** Prompts by whether the client was told that they were accepted. */
  readonly #prompts = new Map<string, boolean>();
  #sessions!: Sessions;
  #worker!: Worker;
  #crashed: Promise<void> = Promise.resolve();
  #settled: () => Promise<unknown> = () => Promise.resolve();
  #isDead = true;

  constructor(backend: Backend, crashes: CrashPoint[]) {
    this.#backend = backend;
    this.#crashes = [...crashes];
    this.#begin = createId(backend.clock.now());
  }

  async run(commands: Command[]): Promise<void> {
    for (const next of commands) {
      if (this.#isDead) await this.#startServer();
      await Promise.race([this.#carryOut(next), this.#crashed]);
    }
    await until('everything has come to its end', () => this.#isSettled(), 60_000);
    await Promise.race([this.#worker.stop(0), this.#crashed]);
    await this.#check();
  }

  async #startServer(): Promise<void> {
    const { store: shared, clock, leaseMs, expireLeases } = this.#backend;
    await this.#settled();
    await expireLeases();
    this.#isDead = false;
    let agents: ScriptedAgents | undefined;
    const { store, crashed, settled } = createCrashingStore(shared, this.#crashes.shift(), () => {
      this.#isDead = true;
      agents?.die();
    });
    agents = new ScriptedAgents(store, this.#outside);
    this.#crashed = crashed;
    this.#settled = settled;
    this.#sessions = createSessions({
      store,
      clock,
      homeNode: 'node',
      copyWorkspace: () => Promise.reject(new Error('Nothing is copied here.')),
      findForkCut: () => Promise.reject(new Error('Nothing is forked here.')),
      defaultWorkspace: () => ({ kind: 'own', ref: '/' }),
      limits: { maxQueue: 0, maxAgents: 3, maxSessionEvents: 0, maxSessionBytes: 0 },
    });
    this.#worker = createWorkerWithoutProcesses({
      store,
      clock,
      leaseMs,
      pool: agents,
      retryDelaysMs: RETRY_DELAYS_MS,
      maxAgents: 3,
    });
    this.#worker.start();
  }

  async #carryOut(next: Command): Promise<void> {
    switch (next.kind) {
      case 'start':
        return this.#start(next.steps);
      case 'resume':
        return this.#resume(this.#pick(next.session), next.steps);
      case 'define':
        return this.#define(this.#pick(next.session), next);
      case 'cancel':
        return this.#cancel(this.#pick(next.session));
      case 'answer':
        return this.#answer(next.allow ? 'allow' : 'deny');
      case 'look':
        // Somebody's turn, for the others to get on.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #pick(index: number): string | undefined {
    return this.#sessionIds[index % this.#sessionIds.length];
  }

  async #start(work: Step[]): Promise<void> {
    const prompt = this.#newPrompt(work);
    const id = await this.#sessions.start(TENANT, { prompt, options: { onAsk: 'wait' }, origin: 'execute' });
    this.#prompts.set(prompt, true);
    this.#sessionIds.push(id);
  }

  async #resume(id: string | undefined, work: Step[]): Promise<void> {
    if (id === undefined) return;
    const prompt = this.#newPrompt(work);
    try {
      await this.#sessions.resume(TENANT, id, { prompt, options: { onAsk: 'wait' } });
      this.#prompts.set(prompt, true);
    } catch {
      // Busy, or nothing to go on with: refused, so never heard of again.
      this.#prompts.delete(prompt);
    }
  }

  async #define(
    id: string | undefined,
    { steps: work, verdicts, maxIterations }: Extract<Command, { kind: 'define' }>,
  ): Promise<void> {
    if (id === undefined) return;
    const now = this.#backend.clock.now();
    const rubric = { type: 'text' as const, content: 'As good as can be' };
    const outcome = { id: createId(now), description: JSON.stringify(work), rubric, maxIterations };
    this.#outside.verdicts.set(id, [...verdicts]);
    const inputs = [{ kind: 'outcome' as const, id: createId(now), outcome }];
    // Refused while another one is open.
    await this.#sessions.send(TENANT, id, { inputs, sentBy: 'test' }).catch(() => undefined);
  }

  async #cancel(id: string | undefined): Promise<void> {
    if (id === undefined) return;
    await this.#sessions.cancel(TENANT, id, AbortSignal.timeout(5000)).catch(() => undefined);
  }

  async #answer(behavior: 'allow' | 'deny'): Promise<void> {
    const [open] = await this.#sessions.approvals(TENANT, { limit: 1, states: ['open'] });
    if (!open) return;
    await this.#sessions
      .answer(TENANT, open.id, { behavior, by: 'test', remember: false })
      .catch(() => undefined);
  }

  /** The steps, and white space that no other prompt has. */
  #newPrompt(work: Step[]): string {
    const prompt = JSON.stringify(work) + ' '.repeat(this.#prompts.size + 1);
    this.#prompts.set(prompt, false);
    return prompt;
  }

  /** Everybody gets an answer and whoever died is replaced, until no session has anything left to do. */
  async #isSettled(): Promise<boolean> {
    if (this.#isDead) await this.#startServer();
    await Promise.race([this.#answer('allow'), this.#crashed]);
    const { store, passTime } = this.#backend;
    await passTime();
    store.hints.ringWork();
    const views = await this.#views();
    return (
      !this.#isDead &&
      views.every(({ session }) => ['completed', 'failed', 'cancelled'].includes(session.state))
    );
  }

  async #views() {
    // Those of earlier plays are in the same store.
    return this.#backend.store.listSessions(TENANT, { limit: 1000, order: 'oldest', beyond: this.#begin });
  }

  async #check(): Promise<void> {
    const { store } = this.#backend;
    expect(this.#outside.faults).toEqual([]);
    expect([...this.#outside.alive.values()].filter((count) => count !== 0)).toEqual([]);
    const heard: string[] = [];
    for (const { session, head, run } of await this.#views()) {
      expect(head).toMatchObject({ leaseOwner: null, wakeAt: null, openInputs: 0 });
      expect(run?.attempts).toBeLessThanOrEqual(RETRY_DELAYS_MS.length);
      expect([undefined, 'cut_too_often']).toContain(run?.failure?.type);
      const log = await store.readEvents(TENANT, session.id, 0, 10_000);
      checkLog(log, head.lastSeq);
      heard.push(...log.flatMap(({ body }) => (body.type === 'user.message' ? [textOf(body.content)] : [])));
      checkCalls(log, this.#outside);
      const part = { agentSessionId: session.agentSessionId ?? '', subpath: '' };
      checkOutcomes(session.outcomes, log, (await store.loadTranscript(TENANT, session.id, part)) ?? []);
    }
    for (const [prompt, isAcknowledged] of this.#prompts) {
      const times = heard.filter((content) => content === prompt).length;
      if (isAcknowledged) expect(times).toBe(1);
      else expect(times).toBeLessThanOrEqual(1);
    }
    expect(await store.listApprovals(TENANT, { limit: 10, states: ['open'] })).toEqual([]);
  }
}

function checkLog(log: StoredEvent[], lastSeq: number): void {
  expect(log.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
  expect(new Set(log.map(({ id }) => id)).size).toBe(log.length);
  const indexes = log.flatMap(({ messageIndex }) => (messageIndex === null ? [] : [messageIndex]));
  expect(indexes).toEqual(indexes.map((_, index) => index));
}

/** Every call has one end, unless its run was ended before; one that is said to have run, ran. */
function checkCalls(log: StoredEvent[], outside: Outside): void {
  const results = log.flatMap(({ body }) => (body.type === 'agent.tool_result' ? [body] : []));
  const ended = results.map(({ toolUseId }) => toolUseId);
  // It takes many plays to see it once: then the log has to tell.
  expect(ended, JSON.stringify(log.map(({ seq, body }) => [seq, body]))).toEqual([...new Set(ended)]);
  for (const { toolUseId, isError } of results) {
    if (!isError) expect([toolUseId, outside.toolRuns.get(toolUseId)]).toEqual([toolUseId, 1]);
  }
}
