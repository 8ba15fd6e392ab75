let last = 0;

/** Tells the rows of a list apart while they are edited. */
export function newRowId(): string {
  return `row-${++last}`;
}
