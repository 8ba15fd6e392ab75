import type { Clock } from '../lib/clock.ts';
import { createFailure, type Failure } from '../domain/failure.ts';
import type { AgentAsk, AgentOutput, AgentPrompt } from './agent.ts';
import { Messages } from './run-messages.ts';
import { ModelRequests } from './model-requests.ts';
import { judge, type ToolAccess } from './tool-access.ts';
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
  /** Of an agent of `/v1`. */
  access: ToolAccess | undefined;
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
 * It is over when our messages (or, in a turn that goes on, the agent's own word for the first) have been answered and
 * the session is idle: a `result` alone is not the end, because subagents work on in the background and answer later. If the session gets up again before the transcript is safe,
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
  readonly #messages: Messages;
  readonly #requests = new ModelRequests();
  /** Results that came while the answer that asked for them was still being written: they stand after it. */
  #held: AgentOutput[] = [];
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
    this.#messages = new Messages(context.continues ? undefined : context.prompt.inputId);
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

  /** Another message has gone to the agent. False: too late, the run is about to end. */
  accept(inputId: string): boolean {
    if (this.#isEnding || this.#wasInterrupted || this.#cause) return false;
    this.#messages.add(inputId);
    return true;
  }

  callStarted(toolUseId: string): void {
    this.outputs.push({ type: 'call_started', toolUseId });
  }

  /** The session may not cost more: nothing more will come of this process. */
  budgetReached(): void {
    this.outputs.push({ type: 'budget_reached' });
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
    this.#push(this.#requests.close());
    this.outputs.push({ type: 'event', body: toRetryEvent(hold) });
  }

  handle(message: AgentMessage): void {
    this.#lastSignAt = this.#context.clock.monotonic();
    this.#observe(message);
    if (this.#isEmptyResult(message)) return;
    const { before, after } = this.#requests.observe(message);
    this.#push(before);
    const translation = { runId: this.#context.prompt.runId, open: this.#open };
    this.#push(translate(translation, message).map((output) => this.#withPermission(output)));
    this.#push(after);
    this.#tellAsks();
    if (this.#messages.areAnswered && this.#isIdle && !this.#isEnding) {
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
    this.#push(this.#requests.close());
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
        if (this.#messages.observe(message.command_uuid, message.state)) {
          this.outputs.push({ type: 'taken', inputId: message.command_uuid });
        }
        return;
      case 'system':
        if (message.subtype === 'session_state_changed') this.#isIdle = message['state'] === 'idle';
        return;
      case 'assistant':
        if (message.parent_tool_use_id === null) this.#lastError = message.error;
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

  /** What comes out is in the order in which the model had it: results after the answer that asked for them. */
  #push(outputs: readonly AgentOutput[]): void {
    for (const output of outputs) {
      if (this.#requests.isOpen && isResultInMainLine(output)) {
        this.#held.push(output);
        continue;
      }
      this.outputs.push(output);
      if (output.type === 'request_ended') this.outputs.push(...this.#held.splice(0));
    }
  }

  #withPermission(output: AgentOutput): AgentOutput {
    const { access } = this.#context;
    if (!access || output.type !== 'event' || output.body.type !== 'agent.tool_use') return output;
    const { name, input } = output.body;
    return { type: 'event', body: { ...output.body, permission: judge(access, name, input) } };
  }
}

function isResultInMainLine(output: AgentOutput): boolean {
  return (
    output.type === 'event' &&
    output.body.type === 'agent.tool_result' &&
    output.body.parentToolUseId === null
  );
}
