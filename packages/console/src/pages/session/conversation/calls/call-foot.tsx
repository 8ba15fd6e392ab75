import { ShieldCheck, ShieldX } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '../../../../live/session-items.ts';
import { FullOutputLink } from './full-output.tsx';

/** Who allowed it or not, and where the rest of it is. */
export function CallFoot({ call }: { call: CallItem }): ReactNode {
  const full = call.result?.fullOutput ?? call.fullInput;
  const hasDecision = (call.approval && call.approval.state !== 'pending') || call.refusal;
  if (!full && !hasDecision) return null;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t px-3 py-1.5 text-xs text-muted">
      {hasDecision && <Decision call={call} />}
      {full && <FullOutputLink output={full} />}
    </div>
  );
}

function Decision({ call }: { call: CallItem }): ReactNode {
  const { t } = useTranslation();
  const { approval, refusal } = call;
  if (!approval || refusal) {
    return (
      <p className="flex min-w-0 items-start gap-1.5">
        <ShieldX aria-hidden className="mt-0.5 size-3.5 shrink-0 text-bad" />
        <span className="break-words">{refusal?.message ?? t('conversation.approval.refused')}</span>
      </p>
    );
  }
  if (approval.state === 'expired') return <p>{t('conversation.approval.expired')}</p>;
  const isAllowed = approval.state === 'allowed';
  const Icon = isAllowed ? ShieldCheck : ShieldX;
  const by = approval.decidedBy;
  const key = isAllowed ? (approval.forSession ? 'allowedForSession' : 'allowed') : 'denied';
  return (
    <p className="flex min-w-0 items-start gap-1.5">
      <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${isAllowed ? 'text-ok' : 'text-bad'}`} />
      <span className="break-words">
        {by === undefined ? t(`conversation.approval.${key}`) : t(`conversation.approval.${key}By`, { by })}
        {approval.input !== undefined &&
          approval.kind === 'permission' &&
          t('common.gap') + t('conversation.approval.edited')}
        {approval.denyMessage ? ` “${approval.denyMessage}”` : ''}
      </span>
    </p>
  );
}
