import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Ago } from '../ui/values.tsx';
import { KeyDialog } from './key-dialog.tsx';
import type { Answering } from './use-answer.ts';

/** What has become of an answer, where there is something to say; it asks for a key when one is needed. */
export function AnswerOutcome({ answering }: { answering: Answering }): ReactNode {
  const { t } = useTranslation();
  const { state } = answering;
  switch (state.step) {
    case 'needsKey':
      return <KeyDialog onKey={answering.sendAgain} onClose={answering.dismissKey} />;
    case 'answered':
      return (
        <p role="status" className="text-sm text-muted">
          {t('approval.answered')}
        </p>
      );
    case 'late':
      return (
        <p role="alert" className="flex flex-wrap items-center gap-1.5 text-sm text-wait">
          <CircleAlert className="size-4 shrink-0" aria-hidden />
          {state.first
            ? t(`approval.late.${state.first.decision}`, { by: state.first.by })
            : t('approval.late.expired')}
          {state.first?.at != null && <Ago at={state.first.at} />}
        </p>
      );
    case 'failed':
      return (
        <p role="alert" className="flex items-center gap-1.5 text-sm text-bad">
          <CircleAlert className="size-4 shrink-0" aria-hidden />
          {state.problem.message || t('common.unreachable')}
        </p>
      );
    default:
      return null;
  }
}
