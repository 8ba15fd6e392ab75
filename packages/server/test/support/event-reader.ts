import {
  accumulateManagedAgentsEvent,
  type AccumulatedEvent,
} from '@anthropic-ai/sdk/lib/sessions/accumulate';
import type { Anthropic } from '@anthropic-ai/sdk';
import { until } from './until.ts';

type Stream = Awaited<ReturnType<Anthropic['beta']['sessions']['events']['stream']>>;
type SeenEvent = Parameters<typeof accumulateManagedAgentsEvent>[1];

/** Reads a stream of the official SDK in the background, with the SDK's own helper for previews. */
export class EventReader implements AsyncDisposable {
  /** What has come, in short. */
  readonly words: string[] = [];
  /** The ids of the events. */
  readonly ids: string[] = [];
  /** What the helper has made of the pieces, and last of the message itself. */
  accumulated = '';
  readonly #stream: Stream;
  readonly #reading: Promise<void>;
  #error: unknown;

  constructor(stream: Stream) {
    this.#stream = stream;
    this.#reading = this.#read().catch((error: unknown) => void (this.#error = error));
  }

  /** What has come since the last model request began. */
  get sinceRequest(): string[] {
    return this.words.slice(this.words.lastIndexOf('span.model_request_start'));
  }

  async sees(word: string): Promise<void> {
    await until(`${word} is seen`, () => {
      if (this.#error !== undefined) throw this.#error;
      return this.words.includes(word);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stream.controller.abort();
    await this.#reading;
  }

  async #read(): Promise<void> {
    let snapshot: AccumulatedEvent | undefined;
    for await (const event of this.#stream) {
      snapshot = accumulateManagedAgentsEvent(snapshot, event);
      this.accumulated = (snapshot?.content ?? [])
        .map((block) => (block.type === 'text' ? block.text : ''))
        .join('|');
      if ('id' in event) this.ids.push(event.id);
      this.words.push(tell(event));
    }
  }
}

function tell(event: SeenEvent): string {
  switch (event.type) {
    case 'event_start':
      return `start ${event.event.type}`;
    case 'event_delta':
      return `+ ${event.delta.content.text}`;
    case 'agent.message':
      return `message ${event.content.map((block) => (block.type === 'text' ? block.text : '')).join('|')}`;
    default:
      return event.type;
  }
}
