import { GitFork } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../../../../lib/format.ts';
import { IconButton } from '../../../../ui/button.tsx';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { useConversation } from '../context.ts';

/** What can be done with a message. Over it, so that nothing moves when it comes; below it where nothing hovers. */
export function MessageActions({
  item: { id, at },
  text,
  from,
}: {
  item: { id: string; at: number };
  text: string;
  /** Who said it; absent: nothing forks here. */
  from: 'agent' | 'user' | undefined;
}): ReactNode {
  const { t, i18n } = useTranslation();
  const { onFork } = useConversation();
  const exact = formatTime(at, i18n.language);
  return (
    <div
      className={
        'absolute -top-3 right-0 z-10 flex items-center rounded-md border bg-surface pl-2 opacity-0 transition-opacity group-hover/message:opacity-100 focus-within:opacity-100 ' +
        '[@media(hover:none)]:static [@media(hover:none)]:border-0 [@media(hover:none)]:bg-transparent [@media(hover:none)]:opacity-100 [@media(hover:none)]:pl-0'
      }
    >
      <time
        dateTime={new Date(at).toISOString()}
        title={exact}
        className="pr-1 text-2xs text-muted tabular-nums"
      >
        {new Date(at).toLocaleTimeString(i18n.language, { hour: '2-digit', minute: '2-digit' })}
      </time>
      <CopyButton text={text} label={t('conversation.copyMessage')} className="!h-6 !w-6" />
      {from !== undefined && (
        <IconButton
          label={t(from === 'agent' ? 'conversation.forkAfter' : 'conversation.forkBefore')}
          className="!h-6 !w-6"
          onClick={() => onFork({ eventId: id, from, text })}
        >
          <GitFork />
        </IconButton>
      )}
    </div>
  );
}
