import type { Clock } from '../lib/clock.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import type { AgentAsk, AgentOutput, AgentPrompt } from './agent.ts';
import type { ModelHold } from '../gateway/gateway.ts';
import { findResultFailure } from './failures.ts';
import type { AgentMessage, ResultMessage } from './messages.ts';
import { AsyncQueue } from './queue.ts';
import type { TranscriptMirror } from './transcript.ts';
import { toRetryEvent } from './retry-event.ts';
import { toAgentResult, translate, type OpenBlocks } from './translate.ts';

export interface RunContext {
  prompt: AgentPrompt;
  /** The process goes on by itself with a turn that was cut: it is not sent the prompt. */
  continues: boolean;
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
 * It is over when our message (or, in a turn that goes on, the agent's own word for it) has been answered and the session is idle: a `result` alone is not the end, because
 * subagents work on in the background and answer later. If the session gets up again before the transcript is safe,
 * the run goes on. A process that ends, ends it at any point.
 */
export class Run {
  readonly outputs = new AsyncQueue<AgentOutput>();
  readonly #context: RunContext;
  readonly #open: OpenBlocks = new Map();
  /** Calls under way, with the call of the parent under which a subagent made them. */
  readonly #openTools = new Map<string, string | null>();
  /** Calls that wait for a person. */
  readonly #asks = new Map<string, { isTold: boolean; ask: AgentAsk }>();
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
    if (context.continues) return;
    const recorded = context.transcript.stored(context.prompt.inputId);
    void recorded.then(() => this.outputs.push({ type: 'recorded' }));
  }

  get lastSignAt(): number {
    return this.#lastSignAt;
  }

  get hasOpenTools(): boolean {
    return this.#openTools.size > 0;
  }

  get isWaiting(): boolean {
    return this.#asks.size > 0;
  }

  /** A call needs a person. Its own event goes first, so it is told when that has come by. */
  asked(ask: AgentAsk): void {
    this.#asks.set(ask.toolUseId, { isTold: false, ask });
    this.#tellAsks();
  }

  answered(toolUseId: string): void {
    this.#asks.delete(toolUseId);
  }

  withdrawn(toolUseId: string): void {
    if (this.#asks.get(toolUseId)?.isTold) this.outputs.push({ type: 'ask_withdrawn', toolUseId });
    this.#asks.delete(toolUseId);
  }

  /** The next end of a turn is the one that we asked for. */
  noteInterrupt(): void {
    this.#wasInterrupted = true;
  }

  /** Whatever the agent says from now on, this is why the run ends. */
  failWith(failure: Failure): void {
    this.#cause ??= failure;
  }

  /** The gateway holds a request of this run: the agent sees none of it, so it is told in its words. */
  noteHold(hold: ModelHold): void {
    this.outputs.push({ type: 'event', body: toRetryEvent(hold) });
  }

  handle(message: AgentMessage): void {
    this.#lastSignAt = this.#context.clock.monotonic();
    this.#observe(message);
    if (this.#isEmptyResult(message)) return;
    for (const output of translate({ runId: this.#context.prompt.runId, open: this.#open }, message)) {
      this.outputs.push(output);
    }
    this.#tellAsks();
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

  /** Before a process goes on with a run it may tell of background work that it has lost, and call that a turn. */
  #isEmptyResult(message: AgentMessage): boolean {
    const goesOn = this.#context.continues || this.#context.prompt.isNudge === true;
    return goesOn && message.type === 'result' && !message.is_error && message.num_turns === 0;
  }

  #observe(message: AgentMessage): void {
    switch (message.type) {
      case 'command_lifecycle':
        if (!this.#context.continues && message.command_uuid !== this.#context.prompt.inputId) return;
        if (message.state === 'started') this.#take();
        if (message.state === 'completed' || message.state === 'cancelled') this.#isAnswered = true;
        return;
      case 'system':
        if (message.subtype === 'session_state_changed') this.#isIdle = message['state'] === 'idle';
        return;
      case 'assistant':
        this.#lastError = message.error;
        for (const block of message.message.content)
          if (block.type === 'tool_use') this.#openTools.set(block.id, message.parent_tool_use_id);
        return;
      case 'user':
        if (typeof message.message.content === 'string') return;
        for (const block of message.message.content) {
          if (block.type === 'tool_result') this.#openTools.delete(block.tool_use_id);
        }
        return;
      case 'result':
        if (this.#isEmptyResult(message)) return;
        this.#result = message;
        this.#hasStructuredOutput ||= message.structured_output !== undefined;
        return;
      case 'stream_event':
        return;
    }
  }

  #tellAsks(): void {
    for (const waiting of this.#asks.values()) {
      const parentToolUseId = this.#openTools.get(waiting.ask.toolUseId);
      if (waiting.isTold || parentToolUseId === undefined) continue;
      waiting.isTold = true;
      this.outputs.push({ type: 'ask', ask: { ...waiting.ask, parentToolUseId } });
    }
  }

  #take(): void {
    if (this.#isTaken) return;
    this.#isTaken = true;
    this.outputs.push({ type: 'taken' });
  }
}
