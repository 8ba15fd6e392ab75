import { ChevronRight } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../../../lib/class-names.ts';
import { formatDuration } from '../../../../lib/format.ts';
import { StatusDot } from '../../../../ui/status.tsx';
import { useFold } from '../folds.ts';
import { Markdown } from '../../../../text/markdown.tsx';

/** Shorter than this is not worth a number. */
const WORTH_MS = 1000;

/** What the agent thought, folded. `since`: it thinks at this moment. */
export function Thinking({
  id,
  text,
  durationMs,
  isGrowing = false,
}: {
  id: string;
  text: string;
  durationMs?: number | undefined;
  isGrowing?: boolean;
}): ReactNode {
  const { t, i18n } = useTranslation();
  const [isOpen, setOpen] = useFold(id, false);
  const bodyId = useId();
  const title = isGrowing
    ? t('conversation.thinking')
    : durationMs !== undefined && durationMs >= WORTH_MS
      ? t('conversation.thoughtFor', { duration: formatDuration(durationMs, i18n.language) })
      : t('conversation.thought');
  if (text === '') {
    return (
      <p className="flex items-center gap-2 text-xs text-muted">
        {isGrowing && <StatusDot status="running" />}
        {title}
      </p>
    );
  }
  return (
    <div className="text-xs">
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => setOpen(!isOpen)}
        className="-ml-1 inline-flex min-h-7 items-center gap-1.5 rounded px-1 text-muted hover:text-ink"
      >
        <ChevronRight
          aria-hidden
          className={classNames('size-3.5 transition-transform', isOpen && 'rotate-90')}
        />
        {title}
        {isGrowing && <StatusDot status="running" />}
      </button>
      {isOpen && (
        <div id={bodyId} className="ml-1.5 border-l-2 pl-3 text-muted">
          <Markdown text={text} isGrowing={isGrowing} />
        </div>
      )}
    </div>
  );
}
