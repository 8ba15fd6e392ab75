import { z } from 'zod';

/** What an answer of the Messages API says about its cost. */
export interface Metered {
  model: string | undefined;
  /** The id of the message, from its beginning on. */
  messageId: string | undefined;
  inputTokens: number;
  outputTokens: number;
  cacheReadInputTokens: number;
  cacheCreationInputTokens: number;
}

/** Reads the usage off an answer while it passes. An answer that is cut leaves what was known by then. */
export interface Meter {
  observe(chunk: Buffer): void;
  /** Call it when no more chunks come. */
  finish(): Metered;
}

const Usage = z.looseObject({
  input_tokens: z.number().nullish(),
  output_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
  cache_creation_input_tokens: z.number().nullish(),
});
const Message = z.looseObject({
  id: z.string().optional(),
  model: z.string().optional(),
  usage: Usage.optional(),
});
const MessageStart = z.looseObject({ message: Message });
const MessageDelta = z.looseObject({ usage: Usage.optional() });

// Lines with usage are far shorter; the others are not kept.
const MAX_LINE = 64 * 1024;
const MAX_JSON = 8 * 1024 * 1024;

/** The meter for an answer of that content type; answers without usage meter as nothing. */
export function createMeter(contentType: string | undefined): Meter {
  if (contentType?.startsWith('text/event-stream')) return new EventStreamMeter();
  if (contentType?.startsWith('application/json')) return new JsonMeter();
  return { observe: () => {}, finish: nothing };
}

class EventStreamMeter implements Meter {
  readonly #metered = nothing();
  #event = '';
  /** The beginning of a line whose end has not come yet. */
  #rest = '';
  #isSkipping = false;

  observe(chunk: Buffer): void {
    // Names and numbers are ASCII; latin1 is the fastest decoding and never splits a character.
    const text = chunk.toString('latin1');
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (!this.#isSkipping) this.#readLine(this.#rest + text.slice(start, end));
      this.#rest = '';
      this.#isSkipping = false;
      start = end + 1;
    }
    if (this.#isSkipping) return;
    this.#rest += text.slice(start);
    if (this.#rest.length > MAX_LINE) {
      this.#rest = '';
      this.#isSkipping = true;
    }
  }

  finish(): Metered {
    return this.#metered;
  }

  #readLine(line: string): void {
    if (line.startsWith('event:')) this.#event = line.slice(6).trim();
    else if (line.startsWith('data:')) this.#readData(line.slice(5));
  }

  #readData(data: string): void {
    if (this.#event === 'message_start') {
      const start = MessageStart.safeParse(parseJson(data));
      if (start.success) record(this.#metered, start.data.message);
    } else if (this.#event === 'message_delta') {
      const delta = MessageDelta.safeParse(parseJson(data));
      if (delta.success) record(this.#metered, delta.data);
    }
  }
}

class JsonMeter implements Meter {
  #chunks: Buffer[] = [];
  #length = 0;

  observe(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length <= MAX_JSON) this.#chunks.push(chunk);
    else this.#chunks = [];
  }

  finish(): Metered {
    const metered = nothing();
    const message = Message.safeParse(parseJson(Buffer.concat(this.#chunks).toString()));
    if (message.success) record(metered, message.data);
    return metered;
  }
}

function nothing(): Metered {
  return {
    model: undefined,
    messageId: undefined,
    inputTokens: 0,
    outputTokens: 0,
    cacheReadInputTokens: 0,
    cacheCreationInputTokens: 0,
  };
}

// The counts of one answer are cumulative, and a later event may repeat only some of them.
function record(
  metered: Metered,
  part: { id?: string | undefined; model?: string | undefined; usage?: z.infer<typeof Usage> | undefined },
): void {
  metered.model = part.model ?? metered.model;
  metered.messageId = part.id ?? metered.messageId;
  metered.inputTokens = part.usage?.input_tokens ?? metered.inputTokens;
  metered.outputTokens = part.usage?.output_tokens ?? metered.outputTokens;
  metered.cacheReadInputTokens = part.usage?.cache_read_input_tokens ?? metered.cacheReadInputTokens;
  metered.cacheCreationInputTokens =
    part.usage?.cache_creation_input_tokens ?? metered.cacheCreationInputTokens;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
