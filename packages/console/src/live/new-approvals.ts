/** Tells what is new in a list that is renewed as a whole. What was there at the start is not new. */
export class NewOnes {
  #known: ReadonlySet<string> | undefined;

  /** Undefined: there is no list, and what comes next is a start again. */
  next(ids: readonly string[] | undefined): string[] {
    const known = this.#known;
    this.#known = ids && new Set(ids);
    return known && ids ? ids.filter((id) => !known.has(id)) : [];
  }
}
