/** In reverse order; every one, whatever happens to the others. */
export async function releaseAll(releasers: (() => Promise<unknown>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const release of releasers.splice(0).toReversed()) {
    try {
      await release();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, 'Not everything could be closed.');
}
