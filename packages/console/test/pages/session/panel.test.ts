import { describe, expect, it } from 'vitest';
import type { Span, UserItem } from '../../../src/live/session-items.ts';
import { toLanes } from '../../../src/pages/session/panel/lanes.ts';
import { patchOf } from '../../../src/pages/session/panel/metadata-patch.ts';
import { nearestBar, toStretches } from '../../../src/pages/session/panel/stretches.ts';
import { toUuid } from '../../../src/lib/ids.ts';

describe('The picture of model calls', () => {
  const span = (id: string, startedAt: number, endedAt?: number): Span => ({
    id,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
  });
  const said = (turn: number, at: number): UserItem => ({
    kind: 'user',
    id: `u${turn}`,
    at,
    turn,
    content: [],
    isFollowUp: false,
  });

  it('has a line for each turn, all in one scale, with a gap where tools were at work', () => {
    const spans = [span('a', 1000, 5000), span('b', 6000, 7000), span('c', 100_000, 103_000)];
    const { lanes, modelMs, otherMs } = toLanes(spans, [said(0, 500), said(1, 99_000)], 0);
    expect(lanes.map(({ turn, bars }) => [turn, bars.map(({ from, to }) => [from, to])])).toEqual([
      [
        0,
        [
          [0, 4 / 6],
          [5 / 6, 1],
        ],
      ],
      [1, [[0, 3 / 6]]],
    ]);
    expect(lanes.flatMap(({ bars }) => bars.map(({ number, gapMs }) => [number, gapMs]))).toEqual([
      [1, 0],
      [2, 1000],
      [3, 0],
    ]);
    expect([modelMs, otherMs]).toEqual([8000, 1000]);
  });

  it('draws hours of waiting as short as its longest call, and says so', () => {
    const { lanes } = toLanes([span('a', 0, 10_000), span('b', 7_200_000, 7_210_000)], [said(0, 0)], 0);
    const bars = lanes.flatMap((lane) => lane.bars);
    expect(bars.map(({ from, to }) => [from, to])).toEqual([
      [0, 1 / 3],
      [2 / 3, 1],
    ]);
    expect(bars.map(({ isCut }) => isCut)).toEqual([false, true]);
  });

  it('lets the call that is under way grow', () => {
    const { lanes } = toLanes([span('a', 0, 1000), span('b', 1000)], [said(0, 0)], 4000);
    expect(lanes[0]?.bars.map(({ durationMs }) => durationMs)).toEqual([1000, 3000]);
  });

  it('draws a call as one bar, and those that are too short to be told apart as one together', () => {
    const short = [10_000, 10_050, 10_100, 60_000].map((at) => span(`${at}`, at, at + 10));
    const failed: Span = { ...span('f', 10_070, 10_080), isError: true };
    const spans = [span('a', 0, 9000), span('b', 9050, 9990), ...short, failed, span('z', 80_000, 100_000)];
    const ordered = spans.toSorted((one, other) => one.startedAt - other.startedAt);
    const { lanes } = toLanes(ordered, [said(0, 0)], 0);
    const [lane] = lanes;
    if (!lane) throw new Error('no lane');
    const drawn = toStretches(lane);
    expect(drawn.map(({ tone }) => tone)).toEqual(['ended', 'ended', 'ended', 'failed', 'ended', 'ended']);
    expect(drawn.filter(({ isOfShort }) => isOfShort)).toHaveLength(3);
    for (const { from, to } of drawn) expect(to - from).toBeGreaterThanOrEqual(0.008 - 1e-9);
    // Each can still be pointed at.
    const [, second, third] = lane.bars;
    expect(nearestBar(lane, ((second?.from ?? 0) + (second?.to ?? 0)) / 2)).toBe(second);
    expect(nearestBar(lane, third?.from ?? 0)).toBe(third);
    const middleOfGap = ((lane.bars.at(-2)?.to ?? 0) + (lane.bars.at(-1)?.from ?? 0)) / 2;
    expect(nearestBar(lane, middleOfGap)).toBeUndefined();
  });

  it('draws few things, however many calls there are', () => {
    const seed = (index: number): number => (index * 7919) % 1000;
    const spans = Array.from({ length: 20_000 }, (_, index) => {
      const at = index * 5000 + seed(index);
      return { ...span(`${index}`, at, at + 2 * seed(index + 1)), isError: index % 3 === 0 };
    });
    const { lanes } = toLanes(spans, [said(0, 0)], 0);
    const [lane] = lanes;
    expect(lane?.bars).toHaveLength(20_000);
    expect(lane && toStretches(lane).length).toBeLessThanOrEqual(300);
  });

  it('is empty without calls', () => {
    expect(toLanes([], [], 0)).toEqual({ lanes: [], modelMs: 0, otherMs: 0 });
  });
});

it('Only what was changed of the metadata is sent', () => {
  const entries = [
    { id: 0, name: 'a', value: '1' },
    { id: 1, name: ' b ', value: 'new' },
    { id: 2, name: '', value: 'lost' },
    { id: 3, name: 'd', value: '' },
  ];
  expect(patchOf({ a: '1', b: 'old', c: '3' }, entries)).toEqual({ b: 'new', c: null, d: '' });
});

it('An id of /v1 is the UUID of the simple API', () => {
  expect(toUuid('sesn_011ChQa6iQGRCuaHvxVcym7k')).toBe('01a21531-ed1d-7048-8b19-ed84bd48f967');
  expect(toUuid('nonsense')).toBeUndefined();
});
