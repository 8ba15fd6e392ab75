import { useEffect, useMemo, useRef, useState } from 'react';
import { listNewestApprovals } from '../../api/approvals.ts';
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
  const [settled, setSettled] = useState<readonly Settled[]>([]);
  const before = useRef<readonly Approval[]>([]);
  useEffect(() => {
    const waiting = new Set(open.map(({ id }) => id));
    // Another key, another fleet: what was there has not been answered.
    const gone = isReady ? before.current.filter(({ id }) => !waiting.has(id)) : [];
    before.current = open;
    if (gone.length === 0) return;
    const at = Date.now();
    setSettled((all) => [...all, ...gone.map((approval) => ({ approval, at, record: undefined }))]);
    void askHow(gone).then((records) =>
      setSettled((all) =>
        all.map((one) => {
          const record = records.get(one.approval.id);
          return record === undefined ? one : { ...one, record };
        }),
      ),
    );
  }, [open, isReady]);
  useEffect(() => {
    const [oldest] = settled;
    if (!oldest) return undefined;
    const timer = setTimeout(
      () => setSettled((all) => all.filter(({ at }) => at + SHOWN_MS > Date.now())),
      Math.max(1000, oldest.at + SHOWN_MS - Date.now()),
    );
    return () => clearTimeout(timer);
  }, [settled]);
  const entries = useMemo(() => toEntries(open, settled), [open, settled]);
  return { entries, open, isReady };
}

/** How calls ended that wait no more. Null: the server does not know of them any more. */
async function askHow(gone: readonly Approval[]): Promise<Map<string, Settled['record']>> {
  const found = new Map<string, Settled['record']>(gone.map(({ id }) => [id, null]));
  const sessions = new Set(gone.map(({ session_id }) => session_id));
  await Promise.all(
    [...sessions].map(async (sessionId) => {
      const records = await listNewestApprovals({ sessionId, limit: ASKED }).catch(() => []);
      for (const record of records) if (found.has(record.id)) found.set(record.id, record);
    }),
  );
  return found;
}
