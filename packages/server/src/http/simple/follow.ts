import type { StoredEvent } from '../../domain/event.ts';
import { DEFAULT_TENANT } from '../../store/records.ts';
import type { SessionView } from '../../store/store.ts';
import { whileAway } from '../../store/while-away.ts';
import type { AppContext } from '../context.ts';
import { formatEvent, type EventStream } from '../sse.ts';
import { isFinal, projectMessage } from './project.ts';
import { readStatus } from './status.ts';

/** Characters that are written at once: one write for many small events, no great copy of large ones. */
const CHUNK = 65_536;

/**
 * Writes the status, then the log from `after` on as it grows, with the status after each of its changes. Ends after
 * the final status, which is written when all messages before it are. While the store is away it waits. `caughtUp` is called
 * once, when all is written that there was on connect.
 */
export async function follow(
  events: EventStream,
  connected: SessionView,
  after: number,
  signal: AbortSignal,
  context: AppContext,
  caughtUp: () => void,
): Promise<void> {
  const { sessions } = context;
  const { id } = connected.session;
  const statuses = new StatusWriter(events, context, signal);
  await statuses.write(connected);
  let view = connected;
  let cursor = after;
  let wrote = false;
  let isBehind = true;
  for await (const batch of sessions.tail(DEFAULT_TENANT, id, after, signal)) {
    wrote = (await writeMessages(events, id, batch, signal)) || wrote;
    if (signal.aborted) return;
    cursor = batch.at(-1)?.seq ?? cursor;
    const changed = batch.some(changesStatus);
    if (changed) {
      const current = await whileAway(() => sessions.find(DEFAULT_TENANT, id), signal);
      if (!current) return;
      view = current;
    }
    const isLast = isFinal(view) && cursor >= view.head.lastSeq;
    if (isLast) return statuses.write(view, wrote);
    if (changed && !isFinal(view)) await statuses.write(view);
    if (isBehind && cursor >= connected.head.lastSeq) {
      isBehind = false;
      caughtUp();
    }
  }
}

function changesStatus({ body: { type } }: StoredEvent): boolean {
  return type === 'session.state' || type.startsWith('approval.');
}

/** Whether there was any message in the batch. Resolves when the reader has room for more. */
async function writeMessages(
  events: EventStream,
  sessionId: string,
  batch: readonly StoredEvent[],
  signal: AbortSignal,
): Promise<boolean> {
  let text = '';
  let wrote = false;
  for (const event of batch) {
    text += formatMessage(event, sessionId);
    if (text.length < CHUNK && event !== batch.at(-1)) continue;
    events.write(text);
    wrote ||= text !== '';
    text = '';
    await events.drained(signal);
    if (signal.aborted) break;
  }
  return wrote;
}

/** Writes a status unless it is the one that was written last: a replay passes many changes that are history. */
class StatusWriter {
  readonly #events: EventStream;
  readonly #context: AppContext;
  readonly #signal: AbortSignal;
  #last = '';

  constructor(events: EventStream, context: AppContext, signal: AbortSignal) {
    this.#events = events;
    this.#context = context;
    this.#signal = signal;
  }

  async write(view: SessionView, always = false): Promise<void> {
    const status = await whileAway(() => readStatus(view, this.#context), this.#signal);
    const key = JSON.stringify({ ...status, duration_ms: null });
    if (key === this.#last && !always) return;
    this.#last = key;
    this.#events.write(formatEvent('status', status));
  }
}

/** Readers of the same session are given the same event objects: each is formatted once for all of them. */
const frames = new WeakMap<StoredEvent, string>();

function formatMessage(event: StoredEvent, sessionId: string): string {
  let frame = frames.get(event);
  if (frame === undefined) {
    const message = projectMessage(event, sessionId);
    frame = message ? formatEvent('message', message, event.seq) : '';
    frames.set(event, frame);
  }
  return frame;
}
