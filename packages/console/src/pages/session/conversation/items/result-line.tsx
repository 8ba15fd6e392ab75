import { Braces } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { ResultItem } from '../../../../live/session-items.ts';
import { formatDuration, formatTime, formatUsd } from '../../../../lib/format.ts';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { JsonTree } from '../text/json-tree.tsx';

/** What a run took, and its structured output. */
export function ResultLine({ item }: { item: ResultItem }): ReactNode {
  const { t, i18n } = useTranslation();
  const parts = [
    formatDuration(item.durationMs, i18n.language),
    item.turns > 0 && t('conversation.result.turns', { count: item.turns }),
    item.costUsd !== undefined && formatUsd(item.costUsd, i18n.language),
  ].filter(Boolean);
  return (
    <div>
      {item.structuredOutput !== undefined && (
        <div
          role="group"
          aria-label={t('conversation.result.structured')}
          className="group/part relative mb-2 rounded-lg border bg-surface"
        >
          <h3 className="flex min-h-8 items-center gap-2 border-b px-2.5 text-xs font-medium">
            <Braces aria-hidden className="size-3.5 text-faint" />
            {t('conversation.result.structured')}
          </h3>
          <JsonTree value={item.structuredOutput} id={item.id} />
          <CopyButton
            text={() => JSON.stringify(item.structuredOutput, null, 2)}
            className="absolute top-1 right-1 !h-6 !w-6"
          />
        </div>
      )}
      <p className="text-2xs text-faint tabular-nums" title={formatTime(item.at, i18n.language)}>
        {parts.join(' · ')}
      </p>
    </div>
  );
}
