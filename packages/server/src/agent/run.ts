import type { Clock } from '../lib/clock.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import type { AgentOutput, AgentPrompt } from './agent.ts';
import { findResultFailure } from './failures.ts';
import type { AgentMessage, ResultMessage } from './messages.ts';
import { AsyncQueue } from './queue.ts';
import type { TranscriptMirror } from './transcript.ts';
import { toAgentResult, translate, type OpenBlocks } from './translate.ts';

export interface RunContext {
  prompt: AgentPrompt;
  wantsStructuredOutput: boolean;
  transcript: Pick<TranscriptMirror, 'isMissing' | 'flushed' | 'stored'>;
  /** Whether the process can do another run after an orderly end. */
  isReusable: boolean;
  clock: Clock;
}

/**
 * One run, as the agent's messages tell it.
 *
 *   sent → taken → answered → idle → ended
 *
 * It is over when our message has been answered and the session is idle: a `result` alone is not the end, because
 * subagents work on in the background and answer later. If the session gets up again before the transcript is safe,
 * the run goes on. A process that ends, ends it at any point.
 */
export class Run {
  readonly outputs = new AsyncQueue<AgentOutput>();
  readonly #context: RunContext;
  readonly #open: OpenBlocks = new Map();
  readonly #openTools = new Set<string>();
  #isTaken = false;
  #isAnswered = false;
  #isIdle = false;
  #isEnding = false;
  #lastSignAt: number;
  #result: ResultMessage | undefined;
  #hasStructuredOutput = false;
  #lastError: string | undefined;
  #wasInterrupted = false;
  #cause: Failure | undefined;

  constructor(context: RunContext) {
    this.#context = context;
    this.#lastSignAt = context.clock.monotonic();
    const recorded = context.transcript.stored(context.prompt.inputId);
    void recorded.then(() => this.outputs.push({ type: 'recorded' }));
  }

  get lastSignAt(): number {
    return this.#lastSignAt;
  }

  get hasOpenTools(): boolean {
    return this.#openTools.size > 0;
  }

  /** The next end of a turn is the one that we asked for. */
  noteInterrupt(): void {
    this.#wasInterrupted = true;
  }

  /** Whatever the agent says from now on, this is why the run ends. */
  failWith(failure: Failure): void {
    this.#cause ??= failure;
  }

  handle(message: AgentMessage): void {
    this.#lastSignAt = this.#context.clock.monotonic();
    this.#observe(message);
    for (const output of translate({ runId: this.#context.prompt.runId, open: this.#open }, message)) {
      this.outputs.push(output);
    }
    if (this.#isAnswered && this.#isIdle && !this.#isEnding) {
      this.#isEnding = true;
      // Not awaited by anybody: it ends in `outputs`, and cannot reject.
      void this.#end();
    }
  }

  /** The process is gone. `failure`: what its exit says; the agent's own words, if it had any, say more. */
  processEnded(failure: Failure): Promise<void> {
    const said = this.#result?.is_error && !this.#wasInterrupted ? this.#resultFailure(this.#result) : null;
    return this.#settle(this.#cause ?? said ?? failure, false);
  }

  async #end(): Promise<void> {
    const isStored = await this.#flush();
    if (!this.#isIdle) {
      this.#isEnding = false;
      return;
    }
    const failure = this.#cause ?? (isStored ? this.#judge() : createFailure('internal'));
    await this.#settle(failure, this.#context.isReusable && isStored && !this.#cause);
  }

  async #settle(failure: Failure | null, reusable: boolean): Promise<void> {
    const isStored = await this.#flush();
    const result = this.#result ? toAgentResult(this.#result) : null;
    this.outputs.push({
      type: 'ended',
      end: { failure: failure ?? (isStored ? null : createFailure('internal')), result, reusable },
    });
    this.outputs.close();
  }

  #judge(): Failure | null {
    if (this.#wasInterrupted) return null;
    // Answered without a result: the transcript already has this message, from a run that did not come to its end.
    return this.#result ? this.#resultFailure(this.#result) : createFailure('interrupted');
  }

  #resultFailure(result: ResultMessage): Failure | null {
    return findResultFailure(result, {
      lastError: this.#lastError,
      wantsStructuredOutput: this.#context.wantsStructuredOutput,
      hasStructuredOutput: this.#hasStructuredOutput,
      transcriptIsMissing: this.#context.transcript.isMissing,
    });
  }

  async #flush(): Promise<boolean> {
    try {
      await this.#context.transcript.flushed();
      return true;
    } catch {
      // The transcript has logged it.
      return false;
    }
  }

  #observe(message: AgentMessage): void {
    switch (message.type) {
      case 'command_lifecycle':
        if (message.command_uuid !== this.#context.prompt.inputId) return;
        if (message.state === 'started') this.#take();
        if (message.state === 'completed' || message.state === 'cancelled') this.#isAnswered = true;
        return;
      case 'system':
        if (message.subtype === 'session_state_changed') this.#isIdle = message['state'] === 'idle';
        return;
      case 'assistant':
        this.#lastError = message.error;
        for (const block of message.message.content)
          if (block.type === 'tool_use') this.#openTools.add(block.id);
        return;
      case 'user':
        if (typeof message.message.content === 'string') return;
        for (const block of message.message.content) {
          if (block.type === 'tool_result') this.#openTools.delete(block.tool_use_id);
        }
        return;
      case 'result':
        this.#result = message;
        this.#hasStructuredOutput ||= message.structured_output !== undefined;
        return;
      case 'stream_event':
        return;
    }
  }

  #take(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    this.outputs.push({ type: 'taken' });
  }
}
