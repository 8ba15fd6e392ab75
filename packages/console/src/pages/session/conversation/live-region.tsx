import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSnapshot } from '../../../live/session-items.ts';

/** Tells those who do not see the page how the work stands: not every word of it. */
export function LiveRegion({
  snapshot: { activity, pending, connection },
}: {
  snapshot: SessionSnapshot;
}): ReactNode {
  const { t } = useTranslation();
  const words =
    connection.state === 'loading'
      ? ''
      : pending.length > 0
        ? t('conversation.announce.waiting', { count: pending.length })
        : activity.state === 'running' || activity.state === 'completed' || activity.state === 'failed'
          ? t(`conversation.announce.${activity.state}`)
          : '';
  return (
    <p className="sr-only" role="status" aria-live="polite">
      {words}
    </p>
  );
}
