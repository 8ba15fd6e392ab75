import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchRun } from '#src/agent/watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function watch() {
  const clock = { now: () => Date.now(), monotonic: () => Date.now() };
  const run = { lastSignAt: Date.now(), hasOpenTools: false, isWaiting: false };
  const requests = { openRequests: 0, lastActivityAt: undefined as number | undefined };
  const happened: string[] = [];
  const watchdog = watchRun(
    run,
    requests,
    { clock, limits: { silenceMs: 1000, maxRunMs: 60_000 } },
    {
      onSilence: () => happened.push('silence'),
      onTimeout: () => happened.push('timeout'),
      onTimeoutIgnored: () => happened.push('ignored'),
    },
  );
  return { run, requests, happened, watchdog };
}

describe('the watchdog of a run', () => {
  it('reacts to silence once', () => {
    const { happened } = watch();
    vi.advanceTimersByTime(900);
    expect(happened).toEqual([]);
    vi.advanceTimersByTime(10_000);
    expect(happened).toEqual(['silence']);
  });

  it('takes words of the agent and bytes of a request as signs of life', () => {
    const { run, requests, happened } = watch();
    vi.advanceTimersByTime(900);
    run.lastSignAt = Date.now();
    vi.advanceTimersByTime(900);
    requests.lastActivityAt = Date.now();
    vi.advanceTimersByTime(900);
    expect(happened).toEqual([]);
  });

  it('does not count while a tool works, but does when a model request is open beside it', () => {
    const { run, requests, happened } = watch();
    run.hasOpenTools = true;
    vi.advanceTimersByTime(30_000);
    expect(happened).toEqual([]);
    requests.openRequests = 1;
    vi.advanceTimersByTime(2000);
    expect(happened).toEqual(['silence']);
  });

  it('ends a run that takes too long: first in order, then by force', () => {
    const { run, happened } = watch();
    run.hasOpenTools = true;
    vi.advanceTimersByTime(60_500);
    expect(happened).toEqual(['timeout']);
    vi.advanceTimersByTime(5500);
    expect(happened).toEqual(['timeout', 'ignored']);
  });

  it('is quiet once it is disposed of', () => {
    const { happened, watchdog } = watch();
    watchdog[Symbol.dispose]();
    vi.advanceTimersByTime(100_000);
    expect(happened).toEqual([]);
  });

  it('does not count the time that a person takes to answer', () => {
    const { run, happened } = watch();
    run.isWaiting = true;
    run.hasOpenTools = true;
    vi.advanceTimersByTime(10 * 60_000);
    expect(happened).toEqual([]);
    run.isWaiting = false;
    run.hasOpenTools = false;
    vi.advanceTimersByTime(900);
    expect(happened).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(happened).toEqual(['silence']);
  });
});
