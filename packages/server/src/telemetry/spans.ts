import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Context, Span, Tracer } from '@opentelemetry/api';
import type { EndedModelRequest, TurnObserver, TurnEnd, StartedTurn } from './facts.ts';
import { findParent, turnSpan, type SpanIds } from './span-ids.ts';

/** The requests to the model whose tool calls may still come. */
const RECENT_MESSAGES = 64;
const MAX_CONTENT = 32_768;

interface ToolCall {
  id: string;
  name: string;
  messageId: string;
  input: unknown;
  at: number;
}

interface ToolAnswer {
  isError: boolean;
  content: unknown;
  at: number;
}

/**
 * Runs as spans: a turn (`invoke_agent`), its requests to the model (`chat`), and under each the tools that it
 * called (`execute_tool`), with the attributes of the GenAI conventions.
 */
export class Spans {
  readonly #tracer: Tracer;
  readonly #ids: SpanIds;
  readonly #withContent: boolean;
  readonly #close: () => Promise<void>;
  readonly #open = new Map<string, TurnSpan>();

  constructor(tracer: Tracer, ids: SpanIds, withContent: boolean, close: () => Promise<void>) {
    this.#tracer = tracer;
    this.#ids = ids;
    this.#withContent = withContent;
    this.#close = close;
  }

  turnStarted(run: StartedTurn): TurnObserver {
    this.#ids.setNext(turnSpan(run, run.epoch));
    const span = new TurnSpan(this.#tracer, run, this.#withContent, () => {
      if (this.#open.get(run.runId) === span) this.#open.delete(run.runId);
    });
    this.#open.set(run.runId, span);
    return span;
  }

  modelRequestEnded(request: EndedModelRequest): void {
    this.#open.get(request.runId)?.modelRequestEnded(request);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#close();
  }
}

class TurnSpan implements TurnObserver {
  readonly #tracer: Tracer;
  readonly #withContent: boolean;
  readonly #common: Attributes;
  readonly #span: Span;
  readonly #context: Context;
  readonly #onEnd: () => void;
  /** The spans of the latest requests to the model, by the message that they gave. */
  readonly #messages = new Map<string, Context>();
  readonly #openTools = new Map<string, ToolCall>();
  /** Answered before the request that called them was known to have ended. */
  readonly #waiting: { call: ToolCall; answer: ToolAnswer }[] = [];
  #input = 0;
  #output = 0;
  #costUsd = 0;

  constructor(tracer: Tracer, run: StartedTurn, withContent: boolean, onEnd: () => void) {
    this.#tracer = tracer;
    this.#withContent = withContent;
    this.#onEnd = onEnd;
    this.#common = { 'gen_ai.provider.name': 'anthropic', 'gen_ai.conversation.id': run.sessionId };
    const parent = findParent(run);
    this.#span = tracer.startSpan(
      'invoke_agent',
      {
        kind: SpanKind.INTERNAL,
        startTime: run.startedAt,
        attributes: {
          ...this.#common,
          'gen_ai.operation.name': 'invoke_agent',
          ...(run.model !== undefined && { 'gen_ai.request.model': run.model }),
          'bullpen.run.id': run.runId,
          'bullpen.queue_wait_ms': Math.max(0, run.startedAt - run.queuedAt),
          ...(withContent && { 'gen_ai.input.messages': toMessages('user', run.prompt) }),
        },
        links: run.goesOn ? [{ context: turnSpan(run, run.epoch - 1) }] : [],
      },
      parent ? trace.setSpanContext(ROOT_CONTEXT, parent) : ROOT_CONTEXT,
    );
    this.#context = trace.setSpan(ROOT_CONTEXT, this.#span);
  }

  modelRequestEnded(request: EndedModelRequest): void {
    const { model, messageId, status } = request;
    const input = request.inputTokens + request.cacheReadInputTokens + request.cacheCreationInputTokens;
    const error = status === 0 ? 'no_answer' : status >= 400 ? String(status) : undefined;
    const span = this.#tracer.startSpan(
      `chat ${model}`,
      {
        kind: SpanKind.CLIENT,
        startTime: request.startedAt,
        attributes: {
          ...this.#common,
          'gen_ai.operation.name': 'chat',
          'gen_ai.request.model': model,
          ...(messageId !== undefined && { 'gen_ai.response.id': messageId }),
          'http.response.status_code': status,
          'gen_ai.usage.input_tokens': input,
          'gen_ai.usage.output_tokens': request.outputTokens,
          'gen_ai.usage.cache_read.input_tokens': request.cacheReadInputTokens,
          'gen_ai.usage.cache_creation.input_tokens': request.cacheCreationInputTokens,
          'bullpen.cost_usd': request.costUsd,
        },
      },
      this.#context,
    );
    finish(span, error, request.endedAt);
    this.#input += input;
    this.#output += request.outputTokens;
    this.#costUsd += request.costUsd;
    if (messageId !== undefined) this.#remember(messageId, trace.setSpan(ROOT_CONTEXT, span));
  }

  textSeen(): void {}

  recovered(how: string): void {
    this.#span.setAttribute('bullpen.run.recovered', how);
  }

  toolCalled(call: ToolCall): void {
    this.#openTools.set(call.id, call);
  }

  toolAnswered(answer: ToolAnswer & { id: string }): void {
    const call = this.#openTools.get(answer.id);
    if (!call) return;
    this.#openTools.delete(answer.id);
    const parent = this.#messages.get(call.messageId);
    if (parent) this.#writeTool(parent, call, answer);
    else this.#waiting.push({ call, answer });
  }

  ended({ state, failure, result, at }: TurnEnd): void {
    for (const { call, answer } of this.#waiting.splice(0)) this.#writeTool(this.#context, call, answer);
    for (const call of this.#openTools.values()) {
      const parent = this.#messages.get(call.messageId) ?? this.#context;
      this.#writeTool(parent, call, { isError: true, content: undefined, at });
    }
    this.#span.setAttributes({
      'bullpen.run.state': state,
      'gen_ai.usage.input_tokens': this.#input,
      'gen_ai.usage.output_tokens': this.#output,
      'bullpen.cost_usd': this.#costUsd,
    });
    if (this.#withContent && result !== undefined) {
      this.#span.setAttribute('gen_ai.output.messages', toMessages('assistant', result));
    }
    finish(this.#span, failure, at);
    this.#onEnd();
  }

  #remember(messageId: string, context: Context): void {
    this.#messages.set(messageId, context);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size > RECENT_MESSAGES && oldest !== undefined) this.#messages.delete(oldest);
    const ready = this.#waiting.filter(({ call }) => call.messageId === messageId);
    for (const { call, answer } of ready) this.#writeTool(context, call, answer);
    if (ready.length > 0) {
      this.#waiting.splice(0, Infinity, ...this.#waiting.filter((waiting) => !ready.includes(waiting)));
    }
  }

  #writeTool(parent: Context, call: ToolCall, answer: ToolAnswer): void {
    const span = this.#tracer.startSpan(
      `execute_tool ${call.name}`,
      {
        kind: SpanKind.INTERNAL,
        startTime: call.at,
        attributes: {
          ...this.#common,
          'gen_ai.operation.name': 'execute_tool',
          'gen_ai.tool.name': call.name,
          'gen_ai.tool.call.id': call.id,
          'gen_ai.tool.type': 'function',
          ...(this.#withContent && {
            'gen_ai.tool.call.arguments': toText(call.input),
            'gen_ai.tool.call.result': toText(answer.content),
          }),
        },
      },
      parent,
    );
    finish(span, answer.isError ? 'tool_error' : undefined, answer.at);
  }
}

function finish(span: Span, error: string | undefined, at: number): void {
  if (error !== undefined) {
    span.setAttribute('error.type', error);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end(at);
}

function toMessages(role: string, content: string): string {
  return JSON.stringify([{ role, parts: [{ type: 'text', content: content.slice(0, MAX_CONTENT) }] }]);
}

function toText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return text.slice(0, MAX_CONTENT);
}
