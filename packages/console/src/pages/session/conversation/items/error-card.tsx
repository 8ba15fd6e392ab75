import { CircleAlert, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ErrorItem } from '../../../../live/session-items.ts';
import { classNames } from '../../../../lib/class-names.ts';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { failureText } from '../../../../ui/failure-text.ts';

/** Failures for which there is advice, by the server's names for them. */
const ADVICE = {
  authentication: 'key',
  permission: 'key',
  billing: 'billing',
  rate_limited: 'later',
  overloaded: 'later',
  connection: 'connection',
  provider_error: 'later',
  max_turns: 'turns',
  budget: 'budget',
  context_overflow: 'context',
  model_not_found: 'model',
  output_limit: 'continue',
} as const;

function isAdvised(type: string | undefined): type is keyof typeof ADVICE {
  return type !== undefined && type in ADVICE;
}

/** What went wrong, and what to do. */
export function ErrorCard({ item }: { item: ErrorItem }): ReactNode {
  const { t } = useTranslation();
  const isRetry = item.retry === 'retrying';
  const message = failureText({ type: item.failureType, message: item.message }, t);
  const Icon = isRetry ? RotateCw : CircleAlert;
  return (
    <div
      className={classNames(
        'group/part relative flex items-start gap-2.5 rounded-lg border px-3 py-2',
        isRetry ? 'border-line bg-wait-soft/50' : 'border-bad/40 bg-bad-soft',
      )}
    >
      <Icon
        aria-hidden
        className={classNames('mt-0.5 size-4 shrink-0', isRetry ? 'text-wait' : 'text-bad')}
      />
      <div className="min-w-0 flex-1">
        <p className={classNames('break-words', isRetry ? 'text-xs' : 'font-medium')}>
          {message}
          {item.times > 1 && (
            <span className="text-muted"> {t('conversation.error.times', { count: item.times })}</span>
          )}
        </p>
        {!isRetry && item.words !== undefined && !item.message.includes(item.words) && (
          <p className="mt-1 font-mono text-xs break-words whitespace-pre-wrap text-muted">{item.words}</p>
        )}
        {!isRetry && (
          <p className="mt-1 text-xs text-muted">
            {t(
              `conversation.error.advice.${isAdvised(item.failureType) ? ADVICE[item.failureType] : 'other'}`,
            )}
          </p>
        )}
      </div>
      {!isRetry && (
        <CopyButton text={[message, item.words].filter(Boolean).join('\n')} className="!h-6 !w-6" />
      )}
    </div>
  );
}
