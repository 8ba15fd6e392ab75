import { useState } from 'react';
import { decide, type Decision } from '../../api/approvals.ts';
import { getDecider } from '../../approval/decider.ts';
import { toProblem, type Problem } from '../../lib/problem.ts';

export type BulkResult = 'sending' | 'done' | 'late' | Problem;

export interface BulkAnswer {
  results: ReadonlyMap<string, BulkResult>;
  isBusy: boolean;
  /** The decision for which the server wants a key. */
  needsKey: { decision: Decision; ids: readonly string[] } | undefined;
  send: (ids: readonly string[], decision: Decision) => Promise<void>;
  dismissKey: () => void;
}

/** One decision for many calls, one after the other: each is a decision of its own, and one that fails stops no other. */
export function useBulkAnswer(): BulkAnswer {
  const [results, setResults] = useState<ReadonlyMap<string, BulkResult>>(new Map());
  const [isBusy, setBusy] = useState(false);
  const [needsKey, setNeedsKey] = useState<BulkAnswer['needsKey']>();
  const note = (id: string, result: BulkResult): void =>
    setResults((before) => new Map(before).set(id, result));
  return {
    results,
    isBusy,
    needsKey,
    dismissKey: () => setNeedsKey(undefined),
    send: async (ids, decision) => {
      setNeedsKey(undefined);
      setBusy(true);
      try {
        for (const [index, id] of ids.entries()) {
          note(id, 'sending');
          try {
            await decide(id, { ...decision, ...getDecider() });
            note(id, 'done');
          } catch (error) {
            const problem = toProblem(error);
            note(id, problem.status === 409 ? 'late' : problem);
            if (problem.needsKey) return setNeedsKey({ decision, ids: ids.slice(index) });
          }
        }
      } finally {
        setBusy(false);
      }
    },
  };
}
