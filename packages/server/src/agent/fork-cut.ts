import type { ForkFault, ForkPoint } from '../domain/fork-point.ts';
import { blocksOf, parseEntry, type Entry } from './transcript-entry.ts';

// Where a transcript is cut for a fork. It only grows, so each beginning of it is what the agent once went on from;
// test/e2e/fork-point.test.ts holds that it does so again.

/** An entry of a transcript, by its number within a part. `''`: the main one. */
interface Place {
  subpath: string;
  ordinal: number;
}

/**
 * The last entry of each part that a fork at this point remembers; none, if nothing was said before. `entries`: part by
 * part, the main one first.
 */
export async function findForkCut(
  entries: AsyncIterable<Place & { entry: string }>,
  point: ForkPoint,
): Promise<Place[] | ForkFault> {
  const main = new MainPart(point);
  const others = new Map<string, { ordinal: number; isOver: boolean }>();
  for await (const { subpath, ordinal, entry } of entries) {
    if (subpath === '') {
      if (!main.isFound) main.add(parseEntry(entry), ordinal);
      continue;
    }
    if (!main.isFound) return 'not_remembered';
    const part = others.get(subpath) ?? { ordinal: 0, isOver: false };
    others.set(subpath, part);
    part.isOver ||= timeOf(parseEntry(entry)) > main.foundAt;
    if (!part.isOver) part.ordinal = ordinal;
  }
  if (!main.isFound) return 'not_remembered';
  if (main.hasOpenCalls) return 'between_calls';
  if (main.isSilent) return [];
  return [
    { subpath: '', ordinal: main.ordinal },
    ...[...others].flatMap(([subpath, { ordinal }]) => (ordinal > 0 ? [{ subpath, ordinal }] : [])),
  ];
}

class MainPart {
  readonly #point: ForkPoint;
  /** Of the last entry that is remembered. */
  ordinal = 0;
  isFound = false;
  foundAt = 0;
  /** Nobody has said anything yet. */
  isSilent = true;
  #messageId: string | undefined;
  /** Calls of the model's present message, as far as they have no result. */
  readonly #open = new Set<string>();

  constructor(point: ForkPoint) {
    this.#point = point;
  }

  /** Calls of earlier messages may have none for ever: the agent went on without. */
  get hasOpenCalls(): boolean {
    return 'after' in this.#point && this.#open.size > 0;
  }

  add(entry: Entry, ordinal: number): void {
    const isBefore = 'before' in this.#point && isMessage(entry, this.#point.before);
    if (!isBefore) this.#remember(entry, ordinal);
    if (!isBefore && !('after' in this.#point && entry.uuid === this.#point.after)) return;
    this.isFound = true;
    this.foundAt = timeOf(entry);
  }

  #remember(entry: Entry, ordinal: number): void {
    this.ordinal = ordinal;
    if (entry.type !== 'assistant' && entry.type !== 'user') return;
    this.isSilent = false;
    if (entry.isSidechain === true) return;
    if (entry.type === 'assistant' && entry.message?.id !== this.#messageId) {
      this.#messageId = entry.message?.id;
      this.#open.clear();
    }
    for (const { type, id, tool_use_id: answered } of blocksOf(entry)) {
      if (type === 'tool_use' && id !== undefined) this.#open.add(id);
      if (answered !== undefined) this.#open.delete(answered);
    }
  }
}

/** One that was taken between two requests is an attachment that names it. */
function isMessage({ uuid, attachment }: Entry, id: string): boolean {
  return uuid === id || attachment?.source_uuid === id;
}

/** What has no time is as old as what comes before it. */
function timeOf({ timestamp }: Entry): number {
  const time = Date.parse(timestamp ?? '');
  return Number.isNaN(time) ? 0 : time;
}
