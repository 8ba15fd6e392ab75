import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { interrupt } from '../../../api/sessions.ts';
import type { Activity } from '../../../live/session-items.ts';
import { toastError } from '../../../ui/toast.tsx';
import { isAtWork } from '../composer/consequence.ts';

/** Stops the turn; busy until the session is seen to have stopped. */
export function useInterrupt(
  sessionId: string,
  activity: Activity,
): { canStop: boolean; isStopping: boolean; run: () => void } {
  const { t } = useTranslation();
  // Of the state in which it was asked for: the next one ends the wait.
  const [askedIn, setAskedIn] = useState<Activity>();
  const canStop = isAtWork(activity) && activity.waitsFor !== 'budget';
  const run = async (): Promise<void> => {
    setAskedIn(activity);
    try {
      await interrupt(sessionId);
    } catch (error) {
      setAskedIn(undefined);
      toastError(error, t('common.unreachable'));
    }
  };
  return {
    canStop,
    isStopping: canStop && askedIn?.state === activity.state && askedIn.since === activity.since,
    run: () => void run(),
  };
}
