import { diffLines, diffWordsWithSpace } from 'diff';

/** A part of a line; `isChanged`: it is what makes the line differ from its counterpart. */
export interface Segment {
  text: string;
  isChanged: boolean;
}

export type DiffRow =
  | { kind: 'same'; oldLine: number; newLine: number; text: string }
  | { kind: 'removed'; oldLine: number; segments: Segment[] }
  | { kind: 'added'; newLine: number; segments: Segment[] }
  /** Lines that are the same on both sides and are not shown. */
  | { kind: 'gap'; count: number; rows: DiffRow[] };

export interface Diff {
  rows: DiffRow[];
  added: number;
  removed: number;
}

/** Unchanged lines shown around what has changed. */
const CONTEXT = 3;
const TIMEOUT_MS = 200;
/** Longer lines are not compared word by word. */
const MOST_WORDS = 2000;
/** So far ahead the counterpart of a line is looked for. */
const WINDOW = 20;

/** What makes the new text out of the old one, line by line. */
export function diffTexts(before: string, after: string, firstLine = 1): Diff {
  const changes = diffLines(before, after, { timeout: TIMEOUT_MS }) ?? [
    { value: before, removed: true, added: false },
    { value: after, removed: false, added: true },
  ];
  const rows: DiffRow[] = [];
  let oldLine = firstLine;
  let newLine = firstLine;
  let added = 0;
  let removed = 0;
  for (let index = 0; index < changes.length; index++) {
    const change = changes[index];
    if (!change || change.value === '') continue;
    const lines = toLines(change.value);
    if (!change.added && !change.removed) {
      for (const text of lines) rows.push({ kind: 'same', oldLine: oldLine++, newLine: newLine++, text });
      continue;
    }
    const next = changes[index + 1];
    const gone = change.removed ? lines : [];
    const come = change.added ? lines : next?.added ? toLines(next.value) : [];
    if (change.removed && next?.added) index++;
    removed += gone.length;
    added += come.length;
    const pairs = match(gone, come);
    for (const segments of pairs.gone) rows.push({ kind: 'removed', oldLine: oldLine++, segments });
    for (const segments of pairs.come) rows.push({ kind: 'added', newLine: newLine++, segments });
  }
  return { rows: fold(rows), added, removed };
}

/** Rows beside each other: what was removed and what came in its place. */
export function toPairs(rows: readonly DiffRow[]): [DiffRow | undefined, DiffRow | undefined][] {
  const pairs: [DiffRow | undefined, DiffRow | undefined][] = [];
  let gone: DiffRow[] = [];
  let come: DiffRow[] = [];
  const flush = (): void => {
    for (let at = 0; at < Math.max(gone.length, come.length); at++) pairs.push([gone[at], come[at]]);
    gone = [];
    come = [];
  };
  for (const row of rows) {
    if (row.kind === 'removed') {
      if (come.length > 0) flush();
      gone.push(row);
    } else if (row.kind === 'added') come.push(row);
    else {
      flush();
      pairs.push([row, row]);
    }
  }
  flush();
  return pairs;
}

function toLines(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

/** Finds for each removed line the one that came in its place, in order, and what has changed in it. */
function match(gone: readonly string[], come: readonly string[]): { gone: Segment[][]; come: Segment[][] } {
  const found = { gone: gone.map(whole), come: come.map(whole) };
  let from = 0;
  for (const [at, before] of gone.entries()) {
    // As many lines are left for those that follow as there are.
    const to = Math.max(from + 1, come.length - (gone.length - at - 1));
    let best: number | undefined;
    for (let index = from; index < Math.min(to, come.length, from + WINDOW); index++) {
      if (best === undefined || likeness(before, come[index]) > likeness(before, come[best])) best = index;
    }
    const after = best === undefined ? undefined : come[best];
    if (best === undefined || after === undefined) break;
    [found.gone[at], found.come[best]] = pair(before, after);
    from = best + 1;
  }
  return found;
}

/** How much two lines begin and end alike, from 0 to 1. */
function likeness(before: string, after = ''): number {
  const [a, b] = [before.trim(), after.trim()];
  const most = Math.min(a.length, b.length);
  let head = 0;
  while (head < most && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < most - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  return (head + tail) / Math.max(a.length, b.length, 1);
}

function whole(text: string): Segment[] {
  return [{ text, isChanged: false }];
}

/** A removed line and the one in its place, each with what has changed in it. */
function pair(before: string, after: string): [Segment[], Segment[]] {
  if (before.length + after.length > MOST_WORDS) return [whole(before), whole(after)];
  const words = diffWordsWithSpace(before, after);
  const kept = words.filter(({ added, removed }) => !added && !removed);
  // Lines that have little in common are not told apart word by word: that would be a patchwork.
  const common = kept.reduce((sum, { value }) => sum + value.trim().length, 0);
  if (common < Math.max(before.trim().length, after.trim().length) * 0.3)
    return [whole(before), whole(after)];
  return [
    words.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, isChanged: removed })),
    words.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, isChanged: added })),
  ];
}

/** Long stretches without a change become gaps. */
function fold(rows: readonly DiffRow[]): DiffRow[] {
  const isNear = rows.map(() => false);
  for (const [index, row] of rows.entries()) {
    if (row.kind === 'same') continue;
    for (let at = Math.max(0, index - CONTEXT); at <= Math.min(rows.length - 1, index + CONTEXT); at++) {
      isNear[at] = true;
    }
  }
  const folded: DiffRow[] = [];
  let hidden: DiffRow[] = [];
  const flush = (): void => {
    // A gap takes a line itself.
    if (hidden.length > 1) folded.push({ kind: 'gap', count: hidden.length, rows: hidden });
    else folded.push(...hidden);
    hidden = [];
  };
  for (const [index, row] of rows.entries()) {
    if (isNear[index]) {
      flush();
      folded.push(row);
    } else hidden.push(row);
  }
  flush();
  return folded;
}
