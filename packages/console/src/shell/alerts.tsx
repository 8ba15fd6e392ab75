import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { fleet } from '../live/fleet-store.ts';
import { startNotifications } from '../live/notifications.ts';
import { startTitle } from '../live/title.ts';
import { shorten } from '../lib/format.ts';

/** Tells a person who looks elsewhere that something waits for them. */
export function Alerts(): null {
  const { t } = useTranslation();
  const navigate = useNavigate();
  useEffect(() => startTitle(), []);
  useEffect(
    () =>
      startNotifications({
        describe: ({ session_id: sessionId, tool_name: tool, kind }) => {
          const row = fleet.row(sessionId);
          return {
            title:
              kind === 'permission'
                ? t('approvals.notification.permission', { tool })
                : t(`approvals.notification.${kind}`, { tool }),
            body: shorten(row?.title ?? row?.prompt ?? '', 120),
          };
        },
        open: ({ id }) => void navigate({ to: '/approvals', search: { id } }),
      }),
    [t, navigate],
  );
  return null;
}
