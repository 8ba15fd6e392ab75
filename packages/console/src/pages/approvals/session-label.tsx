import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shorten } from '../../lib/format.ts';
import { useFleetRow } from '../../live/fleet.ts';

/** The name of a session, as far as it is known here. */
export function useSessionLabel(sessionId: string): { label: string; agent: string | undefined } {
  const { t } = useTranslation();
  const row = useFleetRow(sessionId);
  const title = row?.title ?? row?.prompt ?? '';
  return {
    label: title.trim() === '' ? t('approvals.session', { id: sessionId.slice(0, 8) }) : shorten(title, 80),
    agent: row?.agent?.name,
  };
}

export function SessionLink({ sessionId }: { sessionId: string }): ReactNode {
  const { label } = useSessionLabel(sessionId);
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      className="min-w-0 truncate text-xs text-muted underline decoration-line-strong underline-offset-2 hover:text-ink"
    >
      {label}
    </Link>
  );
}
