import { alerts } from './alerts.ts';
import { fleet } from './fleet-store.ts';
import type { Approval } from './fleet-frames.ts';
import { NewOnes } from './new-approvals.ts';
import { untilAborted } from '../lib/until-aborted.ts';

/** Tabs tell each other within this time that somebody looks at the item already. */
const SEEN_WITHIN_MS = 300;
const NAME = 'bullpen.notifications';

interface Texts {
  title: string;
  body: string;
}

/**
 * One notification of the desktop for each new approval, however many tabs there are, and none while somebody looks at it
 * in one of them. Returns how to stop.
 */
export function startNotifications({
  describe,
  open,
}: {
  describe: (approval: Approval) => Texts;
  open: (approval: Approval) => void;
}): () => void {
  const stop = new AbortController();
  const { signal } = stop;
  if (!('Notification' in globalThis) || !navigator.locks) return () => stop.abort();
  const newOnes = new NewOnes();
  const seen = new Set<string>();
  let isSpeaker = false;
  const channel = new BroadcastChannel(NAME);
  channel.addEventListener('message', ({ data }) => seen.add(String(data)));
  // One tab speaks for all; when it is closed the next one does.
  void navigator.locks
    .request(NAME, { signal }, async () => {
      isSpeaker = true;
      await untilAborted(signal);
    })
    .catch(() => undefined);
  const isOpen = (id: string): boolean => fleet.openApprovals().some((one) => one.id === id);
  const show = (approval: Approval): void => {
    if (signal.aborted || seen.has(approval.id) || !isOpen(approval.id)) return;
    const { title, body } = describe(approval);
    const notification = new Notification(title, { body, tag: approval.id, icon: '/console/icon.svg' });
    notification.addEventListener('click', () => {
      window.focus();
      open(approval);
      notification.close();
    });
    shown.set(approval.id, notification);
  };
  const shown = new Map<string, Notification>();
  const renew = (): void => {
    const approvals = fleet.openApprovals();
    const ids = approvals.map(({ id }) => id);
    const fresh = new Set(newOnes.next(fleet.summary().isReady ? ids : undefined));
    for (const [id, notification] of shown) {
      if (ids.includes(id)) continue;
      // Answered: there is nothing to do any more.
      notification.close();
      shown.delete(id);
    }
    if (!alerts.isOn() || Notification.permission !== 'granted') return;
    for (const approval of approvals) {
      if (!fresh.has(approval.id)) continue;
      if (isLookedAt(approval)) {
        seen.add(approval.id);
        channel.postMessage(approval.id);
      } else if (isSpeaker) setTimeout(() => show(approval), SEEN_WITHIN_MS);
    }
  };
  const unsubscribe = fleet.subscribe(renew);
  renew();
  return () => {
    unsubscribe();
    channel.close();
    stop.abort();
  };
}

/** In this tab: in the inbox, or on the page of its session. */
function isLookedAt({ session_id: sessionId }: Approval): boolean {
  if (document.visibilityState !== 'visible') return false;
  const [, , place, id] = location.pathname.split('/');
  if (place === 'approvals') return true;
  return place === 'sessions' && (id === sessionId || id === fleet.row(sessionId)?.id);
}
