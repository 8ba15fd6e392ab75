import type { AgentOutput, AgentProcess, AgentPrompt, AgentSpec } from '#src/agent/agent.ts';
import { createFailure } from '#src/domain/failure.ts';
import type { Store } from '#src/store/store.ts';
import { createResult } from './scripted-worker.ts';
import { until } from './until.ts';
import { startWorkerOf } from './worker-without-processes.ts';

export interface ToldAgents extends AsyncDisposable {
  /** The agent that works on this session, once one does. */
  agentOf(sessionId: string): Promise<ToldAgent>;
}

/** The worker as the server has it, over agents that are no processes: they say what the test tells them to, when it does. */
export function startToldAgents(store: Store): ToldAgents {
  const agents = new Map<string, ToldAgent>();
  const worker = startWorkerOf(store, (spec) => {
    const agent = new ToldAgent(spec);
    agents.set(spec.sessionId, agent);
    return agent;
  });
  return {
    agentOf: (sessionId) =>
      until('an agent works on it', () => {
        const agent = agents.get(sessionId);
        return agent?.isAtWork ? agent : undefined;
      }),
    [Symbol.asyncDispose]: () => worker.stop(0),
  };
}

type Block = { kind: 'text' | 'thinking'; messageId: string; index: number; text: string };

export class ToldAgent implements AgentProcess {
  readonly sessionId: string;
  readonly fingerprint = '';
  readonly pid = undefined;
  readonly exited = new Promise<void>(() => undefined);
  readonly #agentSessionId: string;
  readonly #told: { output: AgentOutput; done: () => void }[] = [];
  #wake = (): void => undefined;
  #runId: string | undefined;
  #requests = 0;
  #blocks = 0;
  #block: Block | undefined;

  constructor({ sessionId, agentSessionId }: AgentSpec) {
    this.sessionId = sessionId;
    this.#agentSessionId = agentSessionId;
  }

  get isAtWork(): boolean {
    return this.#runId !== undefined;
  }

  /** Resolves when the worker has taken it. */
  say(output: AgentOutput): Promise<void> {
    return new Promise((done) => {
      this.#told.push({ output, done });
      this.#wake();
    });
  }

  async request(): Promise<void> {
    this.#requests++;
    this.#blocks = 0;
    await this.say({ type: 'request_started' });
  }

  /** The next piece of the block that is open, of a new one if none is or it is of another kind. */
  async write(text: string, kind: Block['kind'] = 'text'): Promise<void> {
    if (this.#block?.kind !== kind)
      this.#block = { kind, messageId: `msg_${this.#requests}`, index: this.#blocks++, text: '' };
    const { messageId, index, text: before } = this.#block;
    this.#block.text += text;
    const preview = { messageId, index, kind, offset: before.length, text, parentToolUseId: null };
    await this.say({ type: 'preview', preview });
  }

  /** The block that is open is whole. */
  async finishBlock(): Promise<void> {
    if (!this.#block) throw new Error('No block is open.');
    const { kind, messageId, text } = this.#block;
    this.#block = undefined;
    const common = { messageId, model: 'm', parentToolUseId: null };
    await this.say({
      type: 'event',
      body:
        kind === 'text'
          ? { type: 'agent.message', ...common, text }
          : { type: 'agent.thinking', ...common, thinking: text, signature: 's' },
    });
  }

  async endRequest(): Promise<void> {
    this.#block = undefined;
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0 };
    await this.say({
      type: 'request_ended',
      isError: false,
      model: 'm',
      usage: { ...usage, cacheCreation5mInputTokens: 0, cacheCreation1hInputTokens: 0 },
    });
  }

  /** The run has come to its end. */
  async finish(): Promise<void> {
    const result = createResult({ agentSessionId: this.#agentSessionId });
    await this.say({ type: 'event', body: { type: 'run.result', runId: this.#runId ?? '', result } });
    void this.say({ type: 'ended', end: { failure: null, result, reusable: true } });
  }

  async *run({ runId, inputId }: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    this.#runId = runId;
    yield { type: 'taken', inputId };
    yield { type: 'recorded' };
    for (;;) {
      const next = this.#told.shift();
      if (!next) {
        await new Promise<void>((resolve) => (this.#wake = resolve));
        continue;
      }
      yield next.output;
      next.done();
    }
  }

  push(): boolean {
    return false;
  }

  answer(): void {}

  async interrupt(): Promise<void> {
    await this.kill();
  }

  async kill(): Promise<void> {
    void this.say({
      type: 'ended',
      end: { failure: createFailure('process_died'), result: null, reusable: false },
    });
  }
}
