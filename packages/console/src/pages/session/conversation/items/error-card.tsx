import type { TFunction } from 'i18next';
import { ChevronRight, CircleAlert, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorItem } from '../../../../live/session-items.ts';
import { isKnownFailure, adviceOf } from '../../../../lib/failures.ts';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { detailOf, isWarning } from './failures.ts';
import { NoticeLine } from './notice.tsx';

/** What went wrong; what to do about it only while there is something to do. */
export function ErrorCard({ item }: { item: ErrorItem }): ReactNode {
  const { t } = useTranslation();
  const failure = isKnownFailure(item.failureType) ? item.failureType : undefined;
  const what = failure === undefined ? wordsOf(item, t) : t(`failures.what.${failure}`);
  const times = item.times > 1 ? t('common.gap') + t('conversation.error.times', { count: item.times }) : '';
  if (isWarning(item)) {
    return (
      <p className="flex items-start gap-2.5 rounded-lg border bg-wait-soft/50 px-3 py-2 text-xs">
        <TriangleAlert aria-hidden className="size-4 shrink-0 text-wait" />
        <span className="min-w-0 break-words">{`${what}${times}`}</span>
      </p>
    );
  }
  const isOver = item.isOver === true;
  if (isOver || item.retry === 'retrying') {
    return <NoticeLine icon={isOver ? CircleAlert : RotateCw} at={item.at} text={`${what}${times}`} />;
  }
  const detail = detailOf(item);
  return (
    <div className="group/part relative flex items-start gap-2.5 rounded-lg border border-bad/40 bg-bad-soft px-3 py-2">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium break-words">{what}</p>
        <p className="mt-0.5 text-xs text-muted">{t(`failures.todo.${adviceOf(failure)}`)}</p>
        {detail !== undefined && (
          <details className="group/detail mt-1 text-xs text-muted">
            <summary className="inline-flex min-h-7 cursor-pointer items-center gap-1">
              <ChevronRight
                aria-hidden
                className="size-3.5 transition-transform group-open/detail:rotate-90"
              />
              {t('failures.detail')}
            </summary>
            <p className="font-mono break-words whitespace-pre-wrap">{detail}</p>
          </details>
        )}
      </div>
      <CopyButton text={[item.message, item.words].filter(Boolean).join('\n')} className="!h-6 !w-6" />
    </div>
  );
}

function wordsOf({ retry, type, message }: ErrorItem, t: TFunction): string {
  if (retry !== 'retrying') return message;
  switch (type) {
    case 'model_overloaded_error':
    case 'model_rate_limited_error':
    case 'model_request_failed_error':
      return t(`failures.again.${type}`);
    default:
      return message;
  }
}
