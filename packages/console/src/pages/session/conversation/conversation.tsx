import { Link } from '@tanstack/react-router';
import { GitFork, MessagesSquare, RefreshCw, Trash2 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { reconnect, useSession } from '../../../live/session.ts';
import type { Connection, SessionSnapshot } from '../../../live/session-items.ts';
import { formatDuration } from '../../../lib/format.ts';
import { useShortcuts } from '../../../lib/keyboard.ts';
import { useNow } from '../../../lib/use-now.ts';
import { EmptyState } from '../../../ui/states.tsx';
import type { ForkPoint } from '../header/fork.tsx';
import { ConversationContext } from './context.ts';
import { Folds, FoldsContext } from './folds.ts';
import { ItemList } from './item-list.tsx';
import { ItemView } from './items/item-view.tsx';
import { jump } from './jump.ts';
import { LiveRegion } from './live-region.tsx';
import { ConversationSkeleton } from './skeleton.tsx';

/** What was said and done in a session, as it happens. */
export function Conversation({
  sessionId,
  onFork,
}: {
  sessionId: string;
  onFork: (point: ForkPoint) => void;
}): ReactNode {
  const { t } = useTranslation();
  const snapshot = useSession(sessionId);
  const { cwd } = snapshot;
  useShortcuts([
    { keys: 'j', label: t('conversation.shortcuts.next'), group: 'here', run: () => jump.toMessage(1) },
    { keys: 'k', label: t('conversation.shortcuts.previous'), group: 'here', run: () => jump.toMessage(-1) },
    { keys: 'e', label: t('conversation.shortcuts.error'), group: 'here', run: () => void jump.toError() },
    { keys: 'g l', label: t('conversation.shortcuts.latest'), group: 'here', run: () => jump.toLatest() },
  ]);
  const [folds] = useState(() => new Folds());
  const context = useMemo(() => ({ sessionId, cwd, onFork, Item: ItemView }), [sessionId, cwd, onFork]);
  return (
    <ConversationContext value={context}>
      <FoldsContext value={folds}>
        <section className="relative flex min-h-0 flex-1 flex-col">
          <h2 className="sr-only">{t('conversation.label')}</h2>
          <Reconnecting sessionId={sessionId} connection={snapshot.connection} />
          <Content snapshot={snapshot} />
          <LiveRegion snapshot={snapshot} />
        </section>
      </FoldsContext>
    </ConversationContext>
  );
}

function Content({ snapshot }: { snapshot: SessionSnapshot }): ReactNode {
  const { t } = useTranslation();
  const { connection, items, sessionId, activity } = snapshot;
  if (items.length > 0 || activity.state === 'running' || activity.state === 'queued') {
    return <ItemList sessionId={sessionId} items={items} />;
  }
  if (connection.state === 'ended') {
    return (
      <EmptyState
        icon={<Trash2 />}
        title={t('conversation.notice.deleted')}
        text={t('conversation.deletedText')}
      />
    );
  }
  if (connection.state === 'live' || connection.state === 'paused') {
    const source = snapshot.session?.forked_from;
    return (
      <div className="min-h-0 flex-1">
        {source ? (
          <EmptyState
            icon={<GitFork />}
            title={t('conversation.fork.title')}
            text={t('conversation.fork.text')}
          >
            <Link
              to="/sessions/$sessionId"
              params={{ sessionId: source.session_id }}
              className="text-accent hover:underline"
            >
              {t('conversation.fork.source')}
            </Link>
          </EmptyState>
        ) : (
          <EmptyState
            icon={<MessagesSquare />}
            title={t('conversation.empty.title')}
            text={t('conversation.empty.text')}
          />
        )}
      </div>
    );
  }
  return <ConversationSkeleton />;
}

/** Says that what is shown may be old, and when the next attempt is. Over the conversation: nothing moves. */
function Reconnecting({ sessionId, connection }: { sessionId: string; connection: Connection }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (connection.state !== 'reconnecting') return null;
  const inMs = connection.retryAt === undefined ? 0 : connection.retryAt - now;
  return (
    <div role="status" className="absolute inset-x-0 top-2 z-20 flex justify-center px-4">
      <div className="flex items-center gap-2 rounded-full border bg-surface py-1 pr-1.5 pl-3 text-xs shadow-md">
        <RefreshCw aria-hidden className="size-3.5 animate-spin text-wait" />
        <span aria-live="off">
          {inMs > 1000
            ? t('conversation.reconnectingIn', {
                duration: formatDuration(Math.round(inMs / 1000) * 1000, i18n.language),
              })
            : t('conversation.reconnecting')}
        </span>
        <button
          type="button"
          onClick={() => reconnect(sessionId)}
          className="min-h-7 rounded-full px-2 font-medium text-accent hover:bg-hover"
        >
          {t('conversation.reconnectNow')}
        </button>
      </div>
    </div>
  );
}
