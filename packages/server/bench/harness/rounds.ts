import type { Quiet } from './quiet.ts';

/**
 * Takes one sample of every kind per round, in turns and from another one first each time, so that a drift of the
 * machine hits all alike. The first round warms caches up and does not count.
 */
export async function interleave<Kind extends string>(
  rounds: number,
  quiet: Quiet,
  kinds: Record<Kind, () => Promise<number>>,
): Promise<Record<Kind, number[]>> {
  const entries = Object.entries<() => Promise<number>>(kinds);
  const samples = Object.fromEntries(entries.map(([kind]) => [kind, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    const start = round % entries.length;
    for (const [kind, measure] of [...entries.slice(start), ...entries.slice(0, start)]) {
      await quiet();
      const value = await measure();
      if (round > 0) samples[kind]?.push(value);
    }
  }
  return samples as Record<Kind, number[]>;
}
