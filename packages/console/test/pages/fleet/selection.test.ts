import { describe, expect, it } from 'vitest';
import { runBulk } from '../../../src/pages/fleet/bulk.ts';
import { extend, NOTHING_SELECTED, retain, toggle } from '../../../src/pages/fleet/selection.ts';

describe('a selection', () => {
  const order = ['a', 'b', 'c', 'd'];

  it('is a range from what was chosen last, in either direction', () => {
    const one = toggle(NOTHING_SELECTED, 'c');
    expect([...extend(one, 'd', order).ids]).toEqual(['c', 'd']);
    expect([...extend(one, 'a', order).ids].toSorted()).toEqual(['a', 'b', 'c']);
    expect([...extend(NOTHING_SELECTED, 'b', order).ids]).toEqual(['b']);
  });

  it('loses what is gone', () => {
    const two = extend(toggle(NOTHING_SELECTED, 'a'), 'b', order);
    expect([...retain(two, (id) => id === 'b').ids]).toEqual(['b']);
    expect(retain(two, () => true)).toBe(two);
  });
});

describe('doing the same with many', () => {
  it('does a few at a time, and says which failed and why', async () => {
    let running = 0;
    let most = 0;
    const progress: number[] = [];
    const result = await runBulk(
      [1, 2, 3, 4, 5, 6, 7],
      async (item) => {
        most = Math.max(most, ++running);
        await Promise.resolve();
        running--;
        if (item === 4) throw new Error('no');
      },
      { atOnce: 3, onProgress: ({ done }) => progress.push(done), signal: new AbortController().signal },
    );
    expect(most).toBe(3);
    expect(progress).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(result.failed).toEqual([{ item: 4, error: new Error('no') }]);
    expect(result.succeeded.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 5, 6, 7]);
  });

  it('stops between two of them', async () => {
    const stop = new AbortController();
    const result = await runBulk(
      [1, 2, 3],
      async (item) => {
        await Promise.resolve();
        if (item === 2) stop.abort();
      },
      { atOnce: 1, onProgress: () => undefined, signal: stop.signal },
    );
    expect(result).toEqual({ succeeded: [1, 2], failed: [], untried: [3] });
  });
});
