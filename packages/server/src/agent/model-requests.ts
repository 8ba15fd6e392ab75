import type { ModelRequestUsage } from '../domain/managed-events.ts';
import type { AgentOutput } from './agent.ts';
import type { AgentMessage, StreamEvent, StreamUsage } from './messages.ts';

/** What stands before the outputs of a message, and what after them. */
interface Around {
  before: AgentOutput[];
  after: AgentOutput[];
}

/**
 * The model requests of the main line, read off the agent's messages: where each begins and ends, and what it used.
 *
 *   requesting → open → message_start … message_stop → ended
 *
 * A refused attempt ends with the notice that it is repeated, or with the agent's own word for the failure; a stream
 * that was cut ends with a `message_stop` that says so. An answer that was not streamed is a request all the same.
 */
export class ModelRequests {
  #open: { model: string | null; usage: StreamUsage; streamedId: string | undefined } | undefined;
  readonly #streamed = new Set<string>();
  /** The answer, in one piece, whose blocks are coming in. */
  #wholeId: string | undefined;

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  observe(message: AgentMessage): Around {
    const before: AgentOutput[] = [];
    const after: AgentOutput[] = [];
    if (this.#wholeId !== undefined && !isBlockOf(message, this.#wholeId)) {
      this.#wholeId = undefined;
      before.push(...this.#end(false));
    }
    switch (message.type) {
      case 'system':
        if (message.subtype === 'status' && message['status'] === 'requesting') {
          before.push(...this.#end(true), ...this.#begin());
        }
        if (message.subtype === 'api_retry') before.push(...this.#end(true));
        break;
      case 'stream_event':
        if (message.parent_tool_use_id === null) this.#stream(message, before, after);
        break;
      case 'assistant': {
        const { id, model, usage } = message.message;
        if (message.parent_tool_use_id !== null) break;
        if (model === '<synthetic>') before.push(...this.#end(true));
        else if (!this.#streamed.has(id) && this.#wholeId === undefined) {
          before.push(...(this.#open ? [] : this.#begin()));
          this.#wholeId = id;
          if (this.#open) this.#open = { ...this.#open, model, usage: usage ?? {} };
        }
        break;
      }
      case 'result':
        before.push(...this.#end(true));
        break;
      case 'user':
      case 'command_lifecycle':
        break;
    }
    return { before, after };
  }

  /** Of a request that is open when nothing more comes. */
  close(): AgentOutput[] {
    return this.#end(true);
  }

  #stream(
    { event, abandoned_blocks: abandoned }: StreamEvent,
    before: AgentOutput[],
    after: AgentOutput[],
  ): void {
    switch (event.type) {
      case 'message_start':
        if (!this.#open || this.#open.streamedId !== undefined)
          before.push(...this.#end(true), ...this.#begin());
        this.#streamed.add(event.message.id);
        if (this.#open) {
          this.#open = {
            model: event.message.model ?? null,
            streamedId: event.message.id,
            usage: event.message.usage ?? {},
          };
        }
        break;
      case 'message_delta':
        if (this.#open) this.#open.usage = { ...this.#open.usage, ...defined(event.usage ?? {}) };
        break;
      case 'message_stop':
        after.push(...this.#end(abandoned !== undefined || event.abandoned_blocks !== undefined));
        break;
      default:
        break;
    }
  }

  #begin(): AgentOutput[] {
    this.#open = { model: null, usage: {}, streamedId: undefined };
    return [{ type: 'request_started' }];
  }

  #end(isError: boolean): AgentOutput[] {
    if (!this.#open) return [];
    const { model, usage } = this.#open;
    this.#open = undefined;
    return [{ type: 'request_ended', isError, model, usage: toUsage(usage) }];
  }
}

function isBlockOf(message: AgentMessage, id: string): boolean {
  return message.type === 'assistant' && message.message.id === id;
}

function toUsage(usage: StreamUsage): ModelRequestUsage {
  const { ephemeral_1h_input_tokens: oneHour = 0 } = usage.cache_creation ?? {};
  const written = usage.cache_creation_input_tokens ?? 0;
  return {
    inputTokens: usage.input_tokens ?? 0,
    outputTokens: usage.output_tokens ?? 0,
    cacheReadInputTokens: usage.cache_read_input_tokens ?? 0,
    cacheCreation5mInputTokens: Math.max(0, written - (oneHour ?? 0)),
    cacheCreation1hInputTokens: oneHour ?? 0,
  };
}

function defined(usage: StreamUsage): StreamUsage {
  return Object.fromEntries(
    Object.entries(usage).filter(([, value]) => value !== null && value !== undefined),
  );
}
