import { randomUUID } from 'node:crypto';
import type { AgentOutput, AgentProcess, AgentPrompt, AgentSpec } from '#src/agent/agent.ts';
import { textOf } from '#src/domain/content.ts';
import type { Store } from '#src/store/store.ts';
import { createResult } from './scripted-worker.ts';
import { startWorkerOf } from './worker-without-processes.ts';

/**
 * A worker whose agents are no processes and take no time: they say each line of the prompt back, as a message of its
 * own. For what must hold however fast the model is.
 */
export function startInstantAgents(store: Store): AsyncDisposable {
  const worker = startWorkerOf(store, (spec) => new InstantAgent(spec));
  return { [Symbol.asyncDispose]: () => worker.stop(0) };
}

class InstantAgent implements AgentProcess {
  readonly sessionId: string;
  readonly fingerprint = '';
  readonly pid = undefined;
  readonly exited = new Promise<void>(() => undefined);
  readonly #agentSessionId: string;

  constructor({ sessionId, agentSessionId }: AgentSpec) {
    this.sessionId = sessionId;
    this.#agentSessionId = agentSessionId;
  }

  async *run({ runId, inputId, content }: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    yield { type: 'taken', inputId };
    yield { type: 'recorded' };
    yield { type: 'request_started' };
    for (const text of textOf(content).split('\n')) {
      const uuid = randomUUID();
      const common = { messageId: uuid, model: 'm', uuid, parentToolUseId: null };
      yield { type: 'event', body: { type: 'agent.message', ...common, text } };
    }
    const usage = { inputTokens: 1, outputTokens: 1, cacheReadInputTokens: 0 };
    yield {
      type: 'request_ended',
      isError: false,
      model: 'm',
      usage: { ...usage, cacheCreation5mInputTokens: 0, cacheCreation1hInputTokens: 0 },
    };
    const result = createResult({ agentSessionId: this.#agentSessionId });
    yield { type: 'event', body: { type: 'run.result', runId, result } };
    yield { type: 'ended', end: { failure: null, result, reusable: true } };
  }

  push(): boolean {
    return false;
  }

  answer(): void {}

  async interrupt(): Promise<void> {}

  async kill(): Promise<void> {}
}
