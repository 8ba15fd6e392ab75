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
  const decoder = new TextDecoder();
  let buffer = '';
  try {
    for await (const chunk of response.body) {
      buffer += decoder.decode(chunk, { stream: true });
      for (let end = buffer.indexOf('\n\n'); end >= 0; end = buffer.indexOf('\n\n')) {
        const frame = parseFrame(buffer.slice(0, end));
        buffer = buffer.slice(end + 2);
        if (frame) yield frame;
      }
    }
  } finally {
    leave.abort();
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
