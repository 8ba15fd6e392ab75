export interface Frame {
  event: string;
  id: string | undefined;
  data: unknown;
}

/** The server answered something else than a stream. */
export class StreamRefused extends Error {
  readonly status: number;

  constructor(url: string, status: number) {
    super(`GET ${url}: ${status}`);
    this.status = status;
  }
}

/** The frames of a Server-Sent Events stream until it ends; leaving the loop closes the connection. */
export async function* readStream(url: string, lastEventId?: string): AsyncGenerator<Frame> {
  const leave = new AbortController();
  const response = await fetch(url, {
    signal: leave.signal,
    headers: lastEventId === undefined ? {} : { 'last-event-id': lastEventId },
  });
  if (!response.ok || !response.body) throw new StreamRefused(url, response.status);
  const frames = new FrameReader();
  try {
    for await (const chunk of response.body) yield* frames.read(chunk);
  } finally {
    leave.abort();
  }
}

/** The frames in the bytes of a stream, as they become whole. */
export class FrameReader {
  readonly #decoder = new TextDecoder();
  #buffer = '';

  *read(chunk: Uint8Array): Generator<Frame> {
    this.#buffer += this.#decoder.decode(chunk, { stream: true });
    for (let end = this.#buffer.indexOf('\n\n'); end >= 0; end = this.#buffer.indexOf('\n\n')) {
      const frame = parseFrame(this.#buffer.slice(0, end));
      this.#buffer = this.#buffer.slice(end + 2);
      if (frame) yield frame;
    }
  }
}

function parseFrame(text: string): Frame | undefined {
  let event = 'message';
  let id: string | undefined;
  const data: string[] = [];
  for (const line of text.split('\n')) {
    const [, name, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === 'event') event = value;
    else if (name === 'id') id = value;
    else if (name === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { event, id, data: JSON.parse(data.join('\n')) };
}
