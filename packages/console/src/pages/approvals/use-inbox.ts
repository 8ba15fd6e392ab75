import { useEffect, useState } from 'react';
import { listNewestApprovals } from '../../api/approvals.ts';
import { useNow } from '../../lib/use-now.ts';
import { useFleetSummary, useOpenApprovals } from '../../live/fleet.ts';
import type { Approval } from '../../live/fleet-frames.ts';
import { toEntries, type Entry, type Settled } from './inbox-entries.ts';

/** What was answered stays visible for so long. */
const SHOWN_MS = 60_000;
/** More of one session than end at the same time. */
const ASKED = 200;

/** All that waits, and what has just been answered, by whomever. */
export function useInbox(): { entries: readonly Entry[]; open: readonly Approval[]; isReady: boolean } {
  const open = useOpenApprovals();
  const { isReady } = useFleetSummary();
  const now = useNow();
  const [settled, setSettled] = useState<readonly Settled[]>([]);
  const [before, setBefore] = useState<readonly Approval[]>(open);
  let current = settled;
  if (before !== open) {
    setBefore(open);
    const waiting = new Set(open.map(({ id }) => id));
    // Another key, another fleet: what was there has not been answered.
    const gone = isReady ? before.filter(({ id }) => !waiting.has(id)) : [];
    // At once, so that what is looked at does not go away for a moment.
    current = [
      ...settled.filter(({ at }) => at + SHOWN_MS > now),
      ...gone.map((approval) => ({ approval, at: now, record: undefined })),
    ];
    setSettled(current);
  }
  useEffect(() => {
    const unknown = settled.filter(({ record }) => record === undefined).map(({ approval }) => approval);
    if (unknown.length === 0) return undefined;
    const stop = new AbortController();
    void askHow(unknown, stop.signal).then((records) => {
      if (stop.signal.aborted) return;
      setSettled((all) =>
        all.map((one) => {
          const record = records.get(one.approval.id);
          return record === undefined ? one : { ...one, record };
        }),
      );
    });
    return () => stop.abort();
  }, [settled]);
  const shown = current.filter(({ at }) => at + SHOWN_MS > now);
  return { entries: toEntries(open, shown), open, isReady };
}

/** How calls ended that wait no more. Null: the server does not know of them any more. */
async function askHow(
  gone: readonly Approval[],
  signal: AbortSignal,
): Promise<Map<string, Settled['record']>> {
  const found = new Map<string, Settled['record']>(gone.map(({ id }) => [id, null]));
  const sessions = new Set(gone.map(({ session_id }) => session_id));
  await Promise.all(
    [...sessions].map(async (sessionId) => {
      const records = await listNewestApprovals({ sessionId, limit: ASKED }, signal).catch(() => []);
      for (const record of records) if (found.has(record.id)) found.set(record.id, record);
    }),
  );
  return found;
}
