import { CircleCheck, CircleDashed, LoaderCircle, Target } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { OutcomeItem } from '../../../../live/session-items.ts';

/** What is to be achieved, and how it was judged. */
export function Outcome({ item }: { item: OutcomeItem }): ReactNode {
  const { t } = useTranslation();
  return (
    <div role="group" aria-label={t('conversation.outcome.title')} className="rounded-lg border bg-surface">
      <h3 className="flex items-start gap-2 px-2.5 py-1.5 text-xs font-medium">
        <Target aria-hidden className="mt-0.5 size-3.5 shrink-0 text-accent" />
        <span className="min-w-0 break-words whitespace-pre-wrap">{item.description}</span>
      </h3>
      {item.evaluations.length > 0 && (
        <ol className="border-t px-2.5 py-1.5 text-xs">
          {item.evaluations.map(({ iteration, result, explanation }) => {
            const isSatisfied = result === 'satisfied';
            const Icon = result === undefined ? LoaderCircle : isSatisfied ? CircleCheck : CircleDashed;
            const colour =
              result === undefined ? 'text-busy animate-spin' : isSatisfied ? 'text-ok' : 'text-wait';
            return (
              <li key={iteration} className="flex items-start gap-2 py-0.5">
                <Icon aria-hidden className={`mt-0.5 size-3.5 shrink-0 ${colour}`} />
                <span className="min-w-0 break-words">
                  <span className="font-medium">
                    {result === undefined ? t('conversation.outcome.judging') : result.replaceAll('_', ' ')}
                  </span>
                  {explanation ? ` – ${explanation}` : ''}
                </span>
              </li>
            );
          })}
        </ol>
      )}
    </div>
  );
}
