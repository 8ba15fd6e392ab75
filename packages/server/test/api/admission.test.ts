import { expect, it, vi } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import { Admission } from '#src/sessions/admission.ts';

it('a store that does not answer keeps nobody waiting in front of it: what comes later is given to it, to refuse it', async () => {
  vi.useFakeTimers();
  try {
    const store = { readQueue: async () => ({ waiting: 0, leased: 0 }) };
    const admission = new Admission(store, systemClock, { maxQueue: 1000, maxAgents: 1 });
    const hung = Array.from({ length: 100 }, () =>
      admission.enter(() => new Promise<never>(() => undefined)),
    );
    void Promise.all(hung);
    const later = admission.enter(async () => 'refused by the store');
    await vi.advanceTimersByTimeAsync(5000);
    expect(await later).toBe('refused by the store');
    // From now on at once, however many come.
    const many = Array.from({ length: 300 }, () => admission.enter(async () => 'refused by the store'));
    await vi.advanceTimersByTimeAsync(10);
    expect(new Set(await Promise.all(many))).toEqual(new Set(['refused by the store']));
  } finally {
    vi.useRealTimers();
  }
});
