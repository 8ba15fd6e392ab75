/** A stream that a client reads. */
interface OpenStream {
  client: string;
  /** The seq of the latest event at which the session went idle, as far as it was delivered. */
  deliveredEnd: number;
  closed: Promise<void>;
}

/** The streams of `/v1` that are open here, by session. */
export class OpenStreams {
  readonly #bySession = new Map<string, Set<OpenStream>>();

  /** `deliveredEnd` is told of every end; `close` when the stream is over. */
  open(sessionId: string, client: string): { deliveredEnd: (seq: number) => void; close: () => void } {
    let close = (): void => undefined;
    const closed = new Promise<void>((resolve) => (close = resolve));
    const stream: OpenStream = { client, deliveredEnd: -1, closed };
    const streams = this.#bySession.get(sessionId) ?? new Set();
    this.#bySession.set(sessionId, streams.add(stream));
    return {
      deliveredEnd: (seq) => (stream.deliveredEnd = seq),
      close: () => {
        streams.delete(stream);
        if (streams.size === 0) this.#bySession.delete(sessionId);
        close();
      },
    };
  }

  /**
   * The streams of this client that have delivered the end of what began after `seq` and are still open: one that is read
   * to its end is closed in a moment, one that only watches is not.
   */
  delivering(sessionId: string, client: string, seq: number): Promise<void>[] {
    const streams = [...(this.#bySession.get(sessionId) ?? [])];
    return streams
      .filter((stream) => stream.client === client && stream.deliveredEnd > seq)
      .map(({ closed }) => closed);
  }
}
