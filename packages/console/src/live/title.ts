import { toTitle } from '../lib/title.ts';
import { alerts } from './alerts.ts';
import { fleet } from './fleet-store.ts';

/** Names the tab after its page, with the count of what waits before it if that is wanted. Returns how to stop. */
export function startTitle(): () => void {
  const renew = (): void => {
    const title = toTitle(document.documentElement.dataset['page'], alerts.isOn() ? countWaiting() : 0);
    if (document.title !== title) document.title = title;
  };
  addEventListener('bullpen:title', renew);
  const stops = [fleet.subscribe(renew), alerts.subscribe(renew)];
  renew();
  return () => {
    removeEventListener('bullpen:title', renew);
    for (const stop of stops) stop();
  };
}

/** Calls; without the key for them the sessions that wait. */
function countWaiting(): number {
  return fleet.approvalsLocked() ? fleet.summary().waiting : fleet.openApprovals().length;
}
