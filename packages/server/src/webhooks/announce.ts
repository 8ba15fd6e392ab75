import { isMessage } from '../domain/event.ts';
import type { WebhookType } from '../domain/webhook.ts';
import type { Clock } from '../lib/clock.ts';
import { createId } from '../lib/ids.ts';
import type { Announce } from '../sessions/announce.ts';
import type { ApprovalRecord, RunRecord } from '../store/records.ts';
import type { Commit, SessionView, Store } from '../store/store.ts';

/** The session as clients know it. `runs`: all that may hold its latest result. `open`: its calls that wait. */
export type DescribeSession = (
  view: SessionView,
  runs: readonly RunRecord[],
  open: readonly ApprovalRecord[],
  now: number,
) => object;

/** Makes the messages: see Announce. */
export function createAnnounce(
  store: Pick<Store, 'readRuns'>,
  clock: Clock,
  describe: DescribeSession,
): Announce {
  return async (view, commit) => {
    const type = typeOf(commit);
    if (type === undefined) return [];
    const after = apply(commit, view);
    const runs = await findRuns(store, after);
    const now = clock.now();
    const payload = {
      type,
      timestamp: new Date(now).toISOString(),
      data: describe(after, runs, commit.openApprovals ?? [], now),
    };
    return [{ id: createId(now), type, payload: JSON.stringify(payload), createdAt: now }];
  };
}

function typeOf({ updateRun, openApprovals = [] }: Commit): WebhookType | undefined {
  switch (updateRun?.state) {
    case 'completed':
    case 'failed':
    case 'cancelled':
      return `run.${updateRun.state}`;
    default:
      return openApprovals.length > 0 ? 'approval.requested' : undefined;
  }
}

/** The session as it will be when the commit is made. */
function apply(commit: Commit, { session, head, run }: SessionView): SessionView {
  const messages = commit.events?.filter(({ body }) => isMessage(body)).length ?? 0;
  return {
    session: { ...session, ...commit.session },
    head: { ...head, messageCount: head.messageCount + messages },
    run: run && { ...run, ...commit.updateRun },
  };
}

/** Only a run without a result makes us look at the earlier ones. */
async function findRuns(
  store: Pick<Store, 'readRuns'>,
  { session, run }: SessionView,
): Promise<readonly RunRecord[]> {
  if (run === null) return [];
  if (run.result || run.ordinal === 0) return [run];
  return store.readRuns(session.tenantId, [session.id]);
}
