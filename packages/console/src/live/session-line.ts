import type { CallItem, ConversationItem, Subagent } from './session-items.ts';

/** Where an item stands: it is replaced there, never changed. */
export interface Place {
  line: Line;
  index: number;
}

/**
 * The items of one conversation, the session's or a subagent's. Adding and replacing are O(1); what was changed is
 * handed out by `publish`, as a new list that shares what has not changed.
 */
export class Line {
  readonly #items: ConversationItem[] = [];
  readonly #children = new Map<number, { line: Line; about: Omit<Subagent, 'items'> }>();
  readonly #changed = new Set<number>();
  /** The call for which a subagent works. */
  readonly parent: Place | undefined;
  #published: readonly ConversationItem[] = [];
  #isDirty = false;

  constructor(parent?: Place) {
    this.parent = parent;
  }

  add(item: ConversationItem): Place {
    this.#items.push(item);
    this.#touch();
    return { line: this, index: this.#items.length - 1 };
  }

  get last(): ConversationItem | undefined {
    return this.#items.at(-1);
  }

  get length(): number {
    return this.#items.length;
  }

  get(index: number): ConversationItem | undefined {
    return this.#items[index];
  }

  set(index: number, item: ConversationItem): void {
    this.#items[index] = item;
    this.#touch();
  }

  /** The subagent of the call at `index`, made when it is first heard of. */
  child(index: number): Line {
    const known = this.#children.get(index);
    if (known) return known.line;
    const line = new Line({ line: this, index });
    this.#children.set(index, { line, about: { calls: 0, isBackground: false, state: 'running' } });
    this.#changed.add(index);
    this.#touch();
    return line;
  }

  hasChild(index: number): boolean {
    return this.#children.has(index);
  }

  /** Says something of the subagent at `index`. */
  describe(index: number, change: (about: Omit<Subagent, 'items'>) => Omit<Subagent, 'items'>): void {
    this.child(index);
    const child = this.#children.get(index);
    if (!child) return;
    child.about = change(child.about);
    this.#changed.add(index);
    this.#touch();
  }

  publish(): readonly ConversationItem[] {
    if (!this.#isDirty) return this.#published;
    for (const index of this.#changed) {
      const child = this.#children.get(index);
      const call = this.#items[index];
      if (child && call?.kind === 'call') {
        this.#items[index] = { ...call, thread: { ...child.about, items: child.line.publish() } };
      }
    }
    this.#changed.clear();
    this.#isDirty = false;
    return (this.#published = this.#items.slice());
  }

  #touch(): void {
    this.#isDirty = true;
    if (!this.parent) return;
    const { line, index } = this.parent;
    if (line.#changed.has(index) && line.#isDirty) return;
    line.#changed.add(index);
    line.#touch();
  }
}

/** The call at a place, if one is there. */
export function callAt({ line, index }: Place): CallItem | undefined {
  const item = line.get(index);
  return item?.kind === 'call' ? item : undefined;
}

export function changeCall(place: Place, change: (call: CallItem) => CallItem): void {
  const call = callAt(place);
  if (call) place.line.set(place.index, change(call));
}
