import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CallView } from '../../approval/call-view.tsx';
import type { ApprovalRecord } from '../../api/approvals.ts';
import { showHidden } from '../../lib/visible-text.ts';
import { Ago } from '../../ui/values.tsx';
import { callName } from './call-name.ts';
import { QuestionsView } from './questions-view.tsx';
import { OutcomeBadge, useOutcomeText } from './outcome.tsx';

/** A call that waits no more: who decided, what they said, and what it was about. */
export function SettledCard({ record, aside }: { record: ApprovalRecord; aside?: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const outcomeText = useOutcomeText();
  const { decision, closed_at: closedAt } = record;
  const tool = callName(record, t);
  const title = t('approvals.settled', { tool });
  return (
    <section aria-label={title} className="flex flex-col gap-2 rounded-lg border bg-surface p-3">
      <header className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <OutcomeBadge status={record.status} />
        <h2 className="mr-auto min-w-0 text-sm font-semibold break-words">{title}</h2>
        {aside}
      </header>
      <p role="status" className="text-sm">
        {showHidden(outcomeText(record))} {closedAt !== null && <Ago at={closedAt} />}
      </p>
      {decision !== null && decision.message !== null && decision.message !== '' && (
        <blockquote className="border-l-2 border-line-strong pl-3 text-sm break-words whitespace-pre-wrap text-muted">
          {showHidden(decision.message)}
        </blockquote>
      )}
      <div role="group" aria-label={t('approval.input.label')} className="flex flex-col gap-1.5">
        {record.kind === 'question' ? (
          <QuestionsView record={record} />
        ) : (
          <CallView name={record.tool_name} input={record.input} />
        )}
      </div>
      {decision !== null && decision.input !== null && record.kind === 'permission' && (
        <div role="group" aria-label={t('approvals.edited')} className="flex flex-col gap-1.5">
          <p className="text-xs text-muted">{t('approvals.edited')}</p>
          <CallView name={record.tool_name} input={decision.input} />
        </div>
      )}
    </section>
  );
}
