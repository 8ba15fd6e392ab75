import {
  Archive,
  Ban,
  CircleStop,
  Minimize2,
  PencilLine,
  RotateCcw,
  Trash2,
  Wallet,
  type LucideIcon,
} from 'lucide-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { NoticeItem } from '../../../../live/session-items.ts';
import { formatCount, formatTime } from '../../../../lib/format.ts';

const ICONS: Record<NoticeItem['notice']['type'], LucideIcon> = {
  stopped: CircleStop,
  archived: Archive,
  deleted: Trash2,
  budget_reached: Wallet,
  refused: Ban,
  rescheduled: RotateCcw,
  recovered: RotateCcw,
  compacted: Minimize2,
  renamed: PencilLine,
  agent_changed: PencilLine,
};

/** One quiet line about the session itself. */
export function Notice({ item }: { item: NoticeItem }): ReactNode {
  const { t, i18n } = useTranslation();
  const text = wordsOf(item.notice, t, i18n.language);
  return <NoticeLine icon={ICONS[item.notice.type]} at={item.at} text={text} />;
}

export function NoticeLine({
  icon: Icon,
  at,
  text,
}: {
  icon: LucideIcon;
  at: number;
  text: string;
}): ReactNode {
  const { i18n } = useTranslation();
  return (
    <div className="flex items-center gap-3 text-xs text-muted" title={formatTime(at, i18n.language)}>
      <span className="h-px flex-1 bg-line" />
      <span className="inline-flex max-w-[80%] items-start gap-1.5">
        <Icon aria-hidden className="mt-0.5 size-3.5 shrink-0 text-faint" />
        <span className="min-w-0 break-words">{text}</span>
      </span>
      <span className="h-px flex-1 bg-line" />
    </div>
  );
}

function wordsOf(notice: NoticeItem['notice'], t: TFunction, locale: string): string {
  switch (notice.type) {
    case 'refused':
      return `${t('failures.what.refusal')} ${t('failures.todo.rephrase')}`;
    case 'rescheduled':
      return notice.waitsForNode === undefined
        ? t('conversation.notice.rescheduled')
        : t('conversation.notice.waitsForNode', { node: notice.waitsForNode });
    case 'recovered':
      return t(
        notice.abandoned > 0 ? 'conversation.notice.recoveredWithLoss' : 'conversation.notice.recovered',
      );
    case 'compacted':
      return notice.preTokens === undefined
        ? t('conversation.notice.compacted')
        : t('conversation.notice.compactedFrom', { tokens: formatCount(notice.preTokens, locale) });
    case 'renamed':
      return notice.title === null
        ? t('conversation.notice.untitled')
        : t('conversation.notice.renamed', { title: notice.title });
    default:
      return t(`conversation.notice.${notice.type}`);
  }
}
