import { Check, Clock, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ApprovalRecord } from '../../api/approvals.ts';
import { Badge } from '../../ui/badge.tsx';

const TONES = { allowed: 'ok', denied: 'bad', expired: 'neutral', open: 'wait' } as const;
const ICONS = { allowed: Check, denied: X, expired: Clock, open: Clock } as const;

/** How a call ended, in a word. */
export function OutcomeBadge({ status }: { status: ApprovalRecord['status'] }): ReactNode {
  const { t } = useTranslation();
  const Icon = ICONS[status];
  return (
    <Badge tone={TONES[status]}>
      <Icon className="size-3" aria-hidden />
      {t(`approvals.status.${status}`)}
    </Badge>
  );
}

/** Who decided and how, in a sentence. */
export function useOutcomeText(): (record: ApprovalRecord) => string {
  const { t } = useTranslation();
  return ({ status, decision, kind, tool_name: tool }) => {
    if (!decision) return t('approvals.outcome.expired');
    const { by } = decision;
    if (status === 'denied') return t('approvals.outcome.denied', { by });
    if (kind === 'question') return t('approvals.outcome.answered', { by });
    if (kind === 'custom_tool') return t('approvals.outcome.result', { by, tool });
    if (decision.remember) return t('approvals.outcome.forSession', { by });
    return decision.input === null
      ? t('approvals.outcome.allowed', { by })
      : t('approvals.outcome.edited', { by });
  };
}
