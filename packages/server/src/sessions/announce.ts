import type { NewDelivery } from '../store/deliveries.ts';
import type { Commit, SessionView } from '../store/store.ts';

/**
 * What a commit to this session has to tell the operator's webhook: the end of a run, or a call that begins to wait
 * for a person. It goes into the same commit (`deliveries`), so that it is sent if and only if it is true.
 */
export type Announce = (view: SessionView, commit: Commit) => Promise<NewDelivery[]>;

/** A commit together with its messages. */
export async function withMessages(
  announce: Announce | undefined,
  view: SessionView,
  commit: Commit,
): Promise<Commit> {
  return announce ? { ...commit, deliveries: await announce(view, commit) } : commit;
}
