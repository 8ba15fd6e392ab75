/** A stream that a client reads. */
export interface OpenStream {
  /** The seq of the latest event at which the session went idle, as far as it was delivered. */
  readonly deliveredEnd: number;
  /** Resolves when its connection is over. */
  readonly closed: Promise<void>;
  /** Resolves when it is noted what its client has seen. */
  readonly noted: Promise<void>;
}

/** The server's side of it: what is to be said of it. */
interface Registered {
  deliveredEnd: (seq: number) => void;
  closed: () => void;
  noted: () => void;
}

/** The streams of `/v1` that are open here, or were a moment ago: until it is noted what their clients have seen. */
export class OpenStreams {
  readonly #bySession = new Map<string, Map<OpenStream, string>>();

  open(sessionId: string, client: string): Registered {
    const closed = createSignal();
    const noted = createSignal();
    const stream = { deliveredEnd: -1, closed: closed.promise, noted: noted.promise };
    const streams = this.#bySession.get(sessionId) ?? new Map<OpenStream, string>();
    this.#bySession.set(sessionId, streams.set(stream, client));
    return {
      deliveredEnd: (seq) => (stream.deliveredEnd = seq),
      closed: closed.give,
      noted: () => {
        streams.delete(stream);
        if (streams.size === 0) this.#bySession.delete(sessionId);
        noted.give();
      },
    };
  }

  /** Those of this client. */
  of(sessionId: string, client: string): OpenStream[] {
    const streams = [...(this.#bySession.get(sessionId) ?? [])];
    return streams.flatMap(([stream, reader]) => (reader === client ? [stream] : []));
  }
}

function createSignal(): { promise: Promise<void>; give: () => void } {
  let give = (): void => undefined;
  const promise = new Promise<void>((resolve) => (give = resolve));
  return { promise, give };
}
