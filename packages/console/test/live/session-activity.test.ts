import { expect, test } from 'vitest';
import { activityOf } from '../../src/live/session-activity.ts';
import type { Activity, Session } from '../../src/live/session-items.ts';

const session = (status: string): Session =>
  ({ status, created_at: '2026-01-05T10:00:00.000Z' }) as unknown as Session;

test('A session without events waits for a slot when its document says that it works', () => {
  const told: Activity = { state: 'new', since: 0 };
  expect(activityOf(told, session('running'))).toEqual({
    state: 'queued',
    since: Date.UTC(2026, 0, 5, 10),
  });
  expect(activityOf(told, session('idle'))).toBe(told);
  expect(activityOf(told, undefined)).toBe(told);
});

test('Otherwise its events say what it does', () => {
  const told: Activity = { state: 'completed', since: 1 };
  expect(activityOf(told, session('running'))).toBe(told);
});
