import type { Activity } from '../../../live/session-items.ts';

/** What a message would do, in the state that the session is in. The names are those of the texts. */
export type Consequence =
  | 'begins'
  | 'starts'
  | 'steers'
  | 'joinsQueue'
  | 'afterRetry'
  | 'afterAnswer'
  | 'goesOnAfterFailure'
  | 'goesOnAfterCancel'
  | 'budget'
  | 'archived'
  | 'deleted';

export function consequenceOf({ state, waitsFor }: Pick<Activity, 'state' | 'waitsFor'>): Consequence {
  switch (state) {
    case 'new':
      return 'begins';
    case 'queued':
      return 'joinsQueue';
    case 'running':
      return 'steers';
    case 'rescheduling':
      return 'afterRetry';
    case 'waiting':
      return waitsFor === 'budget' ? 'budget' : 'afterAnswer';
    case 'completed':
      return 'starts';
    case 'failed':
      return 'goesOnAfterFailure';
    case 'cancelled':
      return 'goesOnAfterCancel';
    case 'archived':
    case 'deleted':
      return state;
  }
}

/** There is something to stop. */
export function isAtWork({ state }: Pick<Activity, 'state'>): boolean {
  return state === 'queued' || state === 'running' || state === 'rescheduling' || state === 'waiting';
}
