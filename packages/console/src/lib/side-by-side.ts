import { diffLines, diffWordsWithSpace } from 'diff';

export interface Part {
  text: string;
  /** Only on this side. */
  changed: boolean;
}

export interface Line {
  number: number;
  parts: readonly Part[];
}

/** What stands beside each other; a side that has nothing there is undefined. */
export type Row =
  | { kind: 'same' | 'changed'; left: Line | undefined; right: Line | undefined }
  | { kind: 'gap'; rows: Row[] };

/** So many equal lines are shown around a change. */
const CONTEXT = 3;
/** Fewer are not worth a fold. */
const MIN_FOLDED = 3;
/** Longer lines are compared as wholes. */
const MAX_WORDS_IN = 2000;

/** Two texts line by line, with what differs inside of a line, and equal stretches folded. */
export function sideBySide(before: string, after: string): Row[] {
  const rows: Row[] = [];
  let left = 0;
  let right = 0;
  let removed: string[] = [];
  const take = (added: string[]): void => {
    for (let index = 0; index < Math.max(removed.length, added.length); index++) {
      const [old, fresh] = [removed[index], added[index]];
      const [oldParts, freshParts] = compareLine(old, fresh);
      rows.push({
        kind: 'changed',
        left: old === undefined ? undefined : { number: ++left, parts: oldParts },
        right: fresh === undefined ? undefined : { number: ++right, parts: freshParts },
      });
    }
    removed = [];
  };
  for (const change of diffLines(endLine(before), endLine(after))) {
    const lines = change.value.replace(/\n$/, '').split('\n');
    if (change.value === '') continue;
    if (change.removed) {
      take([]);
      removed = lines;
    } else if (change.added) take(lines);
    else {
      take([]);
      for (const text of lines) {
        const parts = [{ text, changed: false }];
        rows.push({ kind: 'same', left: { number: ++left, parts }, right: { number: ++right, parts } });
      }
    }
  }
  take([]);
  return fold(rows);
}

/** How many lines came and went. */
export function countChanges(rows: readonly Row[]): { added: number; removed: number } {
  let [added, removed] = [0, 0];
  for (const row of rows) {
    if (row.kind !== 'changed') continue;
    if (row.right) added++;
    if (row.left) removed++;
  }
  return { added, removed };
}

function endLine(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function compareLine(old: string | undefined, fresh: string | undefined): [Part[], Part[]] {
  const whole = (text: string | undefined): Part[] => [{ text: text ?? '', changed: false }];
  if (old === undefined || fresh === undefined || old.length + fresh.length > MAX_WORDS_IN) {
    return [whole(old), whole(fresh)];
  }
  const changes = diffWordsWithSpace(old, fresh);
  const common = changes.filter(({ added, removed }) => !added && !removed);
  // Nothing in common but spaces: two lines, not one that was changed.
  if (!common.some(({ value }) => /\w/.test(value))) return [whole(old), whole(fresh)];
  return [
    changes.filter(({ added }) => !added).map(({ value, removed }) => ({ text: value, changed: removed })),
    changes.filter(({ removed }) => !removed).map(({ value, added }) => ({ text: value, changed: added })),
  ];
}

function fold(rows: Row[]): Row[] {
  const near = rows.map((row) => row.kind === 'changed');
  const isNear = (index: number): boolean =>
    near.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).includes(true);
  const folded: Row[] = [];
  for (const [index, row] of rows.entries()) {
    const last = folded.at(-1);
    if (isNear(index)) folded.push(row);
    else if (last?.kind === 'gap') last.rows.push(row);
    else folded.push({ kind: 'gap', rows: [row] });
  }
  return folded.flatMap((row) => (row.kind === 'gap' && row.rows.length < MIN_FOLDED ? row.rows : [row]));
}
