import { Clock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shorten } from '../../../lib/format.ts';
import type { Sent } from './queue.ts';

/** What was sent and the agent has not read yet. */
export function QueueList({ queue }: { queue: readonly Sent[] }): ReactNode {
  const { t } = useTranslation();
  if (queue.length === 0) return null;
  return (
    <section aria-label={t('session.composer.queue.label')} className="flex flex-col gap-1 text-xs">
      <h2 className="flex flex-wrap items-center gap-x-1.5 text-muted">
        <Clock className="size-3.5" aria-hidden />
        <span className="font-medium">{t('session.composer.queue.label')}</span>
        <span>{t('session.composer.queue.text')}</span>
      </h2>
      <ul className="flex max-h-24 flex-col gap-1 overflow-y-auto">
        {queue.map(({ id, text, attachments }) => (
          <li key={id} className="truncate rounded-md border border-dashed px-2.5 py-1" title={text}>
            {shorten(text, 200)}{' '}
            {attachments > 0 && (
              <span className="text-muted">
                {t('session.composer.queue.attachments', { count: attachments })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
