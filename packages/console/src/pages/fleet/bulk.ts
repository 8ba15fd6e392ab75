export interface BulkProgress {
  done: number;
  total: number;
}

export interface BulkResult<Item> {
  succeeded: readonly Item[];
  failed: readonly { item: Item; error: unknown }[];
  /** Stopped before these were tried. */
  untried: readonly Item[];
}

/** Does the same with many, a few at a time. One that fails does not keep the others from it. */
export async function runBulk<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
  {
    atOnce,
    onProgress,
    signal,
  }: { atOnce: number; onProgress: (progress: BulkProgress) => void; signal: AbortSignal },
): Promise<BulkResult<Item>> {
  const succeeded: Item[] = [];
  const failed: { item: Item; error: unknown }[] = [];
  const rest = [...items];
  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      const item = rest.shift();
      if (item === undefined) return;
      try {
        await act(item);
        succeeded.push(item);
      } catch (error) {
        failed.push({ item, error });
      }
      onProgress({ done: succeeded.length + failed.length, total: items.length });
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  return { succeeded, failed, untried: rest };
}
