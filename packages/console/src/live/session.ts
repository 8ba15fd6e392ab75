import { useSyncExternalStore } from 'react';
import type { SessionSnapshot, StreamingBlock } from './session-items.ts';

const NONE: readonly StreamingBlock[] = [];
const STUB: SessionSnapshot = {
  sessionId: '',
  connection: { state: 'loading' },
  activity: { state: 'new', since: 0 },
  items: [],
  pending: [],
  spans: [],
  todos: [],
  eventCount: 0,
};

/** The session, live for as long as a component uses it. However many do: one connection. */
export function useSession(_sessionId: string): SessionSnapshot {
  return useSyncExternalStore(
    () => () => undefined,
    () => STUB,
  );
}

/** What is being written at this moment. */
export function useStreaming(_sessionId: string): readonly StreamingBlock[] {
  return useSyncExternalStore(
    () => () => undefined,
    () => NONE,
  );
}

/** Connects again at once. */
export function reconnect(_sessionId: string): void {}

/** Reads the session's document anew, after a change that no event tells of (metadata). */
export function refreshSession(_sessionId: string): void {}
