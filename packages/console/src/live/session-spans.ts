import { toNumber, toOptionalText, toRecord, toText, type WireEvent } from './session-events.ts';
import type { Span } from './session-items.ts';

/** The requests to the model, and what fills its context. */
export class Spans {
  readonly #spans: Span[] = [];
  readonly #index = new Map<string, number>();
  #published: readonly Span[] = [];
  #isDirty = false;
  #contextTokens: number | undefined;

  start({ id }: WireEvent, startedAt: number): undefined {
    this.#index.set(id, this.#spans.push({ id, startedAt }) - 1);
    this.#isDirty = true;
  }

  end(event: WireEvent, endedAt: number): undefined {
    const index = this.#index.get(toText(event['model_request_start_id']));
    const span = index === undefined ? undefined : this.#spans[index];
    if (index === undefined || !span) return undefined;
    const usage = toRecord(event['model_usage']);
    const tokens = {
      input: toNumber(usage['input_tokens']) ?? 0,
      output: toNumber(usage['output_tokens']) ?? 0,
      cacheRead: toNumber(usage['cache_read_input_tokens']) ?? 0,
      cacheWrite: toNumber(usage['cache_creation_input_tokens']) ?? 0,
    };
    const isError = event['is_error'] === true;
    const sum = tokens.input + tokens.output + tokens.cacheRead + tokens.cacheWrite;
    if (!isError && sum > 0) this.#contextTokens = sum;
    this.#spans[index] = {
      ...span,
      endedAt,
      isError,
      tokens,
      model: toOptionalText(event['model']),
      costUsd: toNumber(event['cost_usd']),
    };
    this.#isDirty = true;
  }

  publish(): { spans: readonly Span[]; contextTokens?: number } {
    if (this.#isDirty) this.#published = this.#spans.slice();
    this.#isDirty = false;
    return {
      spans: this.#published,
      ...(this.#contextTokens !== undefined && { contextTokens: this.#contextTokens }),
    };
  }
}
