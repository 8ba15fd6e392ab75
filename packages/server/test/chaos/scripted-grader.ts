import type { AgentOutput, AgentProcess, AgentPrompt, AgentSpec } from '#src/agent/agent.ts';
import { createFailure } from '#src/domain/failure.ts';
import type { Outside } from './scripted-agents.ts';

/** A grader that gives the next of its session's verdicts, a moment after it was asked. */
export class ScriptedGrader implements AgentProcess {
  readonly sessionId: string;
  readonly fingerprint = '';
  readonly pid = undefined;
  readonly exited: Promise<void>;
  readonly #spec: AgentSpec;
  readonly #outside: Outside;
  #exit: () => void = () => undefined;
  #isDead = false;

  constructor(spec: AgentSpec, outside: Outside) {
    this.sessionId = spec.sessionId;
    this.#spec = spec;
    this.#outside = outside;
    this.exited = new Promise((resolve) => (this.#exit = resolve));
    outside.begin(`grader of ${spec.sessionId}`);
  }

  push(): boolean {
    return false;
  }

  answer(): void {}

  interrupt(): Promise<void> {
    return this.kill();
  }

  async kill(): Promise<void> {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#outside.end(`grader of ${this.sessionId}`);
    this.#exit();
  }

  async *run({ runId }: AgentPrompt): AsyncGenerator<AgentOutput, void> {
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (this.#isDead) {
      yield {
        type: 'ended',
        end: { failure: createFailure('process_died'), result: null, reusable: false },
      };
      return;
    }
    const result = {
      subtype: 'success',
      isError: false,
      agentSessionId: this.#spec.agentSessionId,
      durationMs: 1,
      durationApiMs: 1,
      numTurns: 1,
      totalCostUsd: 0,
      result: null,
      usage: {},
      modelUsage: {},
      structuredOutput: { result: this.#outside.nextVerdict(this.sessionId), explanation: '', criteria: [] },
    };
    yield { type: 'event', body: { type: 'run.result', runId, result } };
    yield { type: 'ended', end: { failure: null, result, reusable: true } };
  }
}
