import { Link } from '@tanstack/react-router';
import {
  Archive,
  ArrowLeft,
  CircleStop,
  CircleX,
  Copy,
  Download,
  EllipsisVertical,
  GitFork,
  Link as LinkIcon,
  PanelRight,
  Pencil,
  Terminal,
  Trash2,
  TriangleAlert,
} from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFleetRow } from '../../../live/fleet.ts';
import { useSession } from '../../../live/session.ts';
import { copyText } from '../../../lib/copy-text.ts';
import { shorten } from '../../../lib/format.ts';
import { useShortcuts } from '../../../lib/keyboard.ts';
import { Button, IconButton } from '../../../ui/button.tsx';
import { ConfirmDialog } from '../../../ui/dialog.tsx';
import { Menu, type MenuItem } from '../../../ui/menu.tsx';
import { StatusBadge } from '../../../ui/status.tsx';
import { toast } from '../../../ui/toast.tsx';
import { isAtWork } from '../composer/consequence.ts';
import { jump } from '../conversation/jump.ts';
import { toMarkdown } from '../conversation/to-markdown.ts';
import { togglePanel } from '../panel/panel-open.ts';
import { toCurl } from './curl.ts';
import { Facts, WaitLine } from './facts.tsx';
import { ForkDialog } from './fork.tsx';
import { firstWords } from './first-words.ts';
import { Title } from './title.tsx';
import { useActions } from './use-actions.tsx';
import { useInterrupt } from './use-interrupt.ts';
import { STATUS_OF } from './words.ts';

/** Which session this is, what it does and costs, and what can be done with it. */
export function SessionHeader({ sessionId }: { sessionId: string }): ReactNode {
  const { t } = useTranslation();
  const snapshot = useSession(sessionId);
  const { session, activity, items, connection } = snapshot;
  const [asks, setAsks] = useState<'archive' | 'delete' | 'fork' | 'rename'>();
  const actions = useActions(snapshot);
  const stop = useInterrupt(sessionId, activity);
  const row = useFleetRow(sessionId);
  const isLoading = connection.state === 'loading' && session === undefined;
  const fallback =
    (isLoading ? row?.title : undefined) ??
    (shorten(firstWords(items) ?? row?.prompt ?? '', 80) ||
      t(isLoading ? 'common.loading' : 'session.untitled'));
  const title = session?.title ?? fallback;
  const close = (): void => setAsks(undefined);
  const isArchived = activity.state === 'archived';
  const isGone =
    activity.state === 'deleted' || connection.state === 'ended' || connection.state === 'failed';
  const group = 'here' as const;
  useShortcuts([
    { keys: 'i', label: t('session.shortcuts.panel'), group, run: togglePanel },
    ...(isGone ? [] : [{ keys: 'f', label: t('session.shortcuts.fork'), group, run: () => setAsks('fork') }]),
    ...(stop.canStop
      ? [{ keys: 'escape', label: t('session.shortcuts.interrupt'), group, inFields: true, run: stop.run }]
      : []),
  ]);
  const copy = (text: string): void =>
    void copyText(text).then(() => {
      toast(t('session.actions.copied'));
    });
  const items_: (MenuItem | null)[] = [
    ...(isGone || isArchived
      ? []
      : [
          { label: t('session.rename.action'), icon: <Pencil />, onSelect: () => setAsks('rename') },
          { label: t('session.actions.fork'), icon: <GitFork />, onSelect: () => setAsks('fork') },
        ]),
    ...(isArchived
      ? [{ label: t('session.actions.fork'), icon: <GitFork />, onSelect: () => setAsks('fork') }]
      : []),
    {
      label: t('session.actions.jumpToError'),
      icon: <TriangleAlert />,
      disabled: !items.some(
        (item) => item.kind === 'error' || (item.kind === 'call' && item.state === 'failed'),
      ),
      onSelect: () => void jump.toError(),
    },
    null,
    {
      label: t('conversation.copyAll'),
      icon: <Copy />,
      disabled: items.length === 0,
      onSelect: () =>
        copy(
          toMarkdown(items, title, {
            you: t('conversation.you'),
            agent: t('conversation.agentSays'),
            error: t('conversation.errorLabel'),
          }),
        ),
    },
    { label: t('session.actions.copyId'), icon: <Copy />, onSelect: () => copy(sessionId) },
    { label: t('session.actions.copyLink'), icon: <LinkIcon />, onSelect: () => copy(location.href) },
    {
      label: t('session.actions.copyCurl'),
      icon: <Terminal />,
      onSelect: () => copy(toCurl(location.origin, sessionId)),
    },
    {
      label: t('session.actions.transcript'),
      icon: <Download />,
      disabled: isGone,
      onSelect: actions.transcript,
    },
    null,
    {
      label: t('session.actions.cancel'),
      icon: <CircleX />,
      disabled: !isAtWork(activity),
      onSelect: actions.cancel,
    },
    {
      label: t('session.actions.archive'),
      icon: <Archive />,
      disabled: isArchived || isGone,
      onSelect: () => setAsks('archive'),
    },
    {
      label: t('session.actions.delete'),
      icon: <Trash2 />,
      danger: true,
      disabled: isGone,
      onSelect: () => setAsks('delete'),
    },
  ];
  return (
    <header className="flex shrink-0 flex-col gap-1 border-b px-3 py-2 sm:px-4">
      <div className="flex min-h-9 items-center gap-2">
        <Link
          to="/"
          aria-label={t('session.back')}
          title={t('session.back')}
          className="flex size-8 shrink-0 items-center justify-center rounded-md text-muted hover:bg-hover hover:text-ink"
        >
          <ArrowLeft className="size-4" />
        </Link>
        <Title
          key={sessionId}
          sessionId={sessionId}
          title={session?.title ?? null}
          fallback={fallback}
          canRename={session !== undefined && !isArchived && !isGone}
          isEditing={asks === 'rename'}
          onEdit={(isEditing) => setAsks(isEditing ? 'rename' : undefined)}
        />
        {session && asks !== 'rename' && <StatusBadge status={STATUS_OF[activity.state]} />}
        <div
          role="group"
          aria-label={t('session.actions.label')}
          className="ml-auto flex shrink-0 items-center gap-1"
        >
          {stop.canStop && (
            <Button
              size="sm"
              icon={<CircleStop />}
              busy={stop.isStopping}
              onClick={stop.run}
              className="max-sm:hidden"
            >
              {stop.isStopping ? t('session.actions.interrupting') : t('session.actions.interrupt')}
            </Button>
          )}
          {session && !isGone && (
            <Button size="sm" icon={<GitFork />} onClick={() => setAsks('fork')} className="max-lg:hidden">
              {t('session.actions.fork')}
            </Button>
          )}
          <IconButton label={t('session.actions.panel')} onClick={togglePanel}>
            <PanelRight />
          </IconButton>
          <Menu
            trigger={
              <IconButton label={t('session.actions.menu')}>
                <EllipsisVertical />
              </IconButton>
            }
            items={items_}
          />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-0.5 pl-2">
        <Facts snapshot={snapshot} />
        <WaitLine snapshot={snapshot} />
      </div>
      <ConfirmDialog
        open={asks === 'archive'}
        onClose={close}
        onConfirm={() => {
          close();
          actions.archive();
        }}
        title={t('session.archive.title')}
        description={
          isAtWork(activity)
            ? [t('session.archive.text'), t('session.delete.running')].join(t('common.gap'))
            : t('session.archive.text')
        }
        action={t('common.archive')}
        danger
      />
      <ConfirmDialog
        open={asks === 'delete'}
        onClose={close}
        onConfirm={() => {
          close();
          actions.delete();
        }}
        title={t('session.delete.title')}
        description={
          isAtWork(activity)
            ? [t('session.delete.text'), t('session.delete.running')].join(t('common.gap'))
            : t('session.delete.text')
        }
        action={t('common.delete')}
        danger
      />
      <ForkDialog sessionId={sessionId} point={asks === 'fork' ? 'whole' : undefined} onClose={close} />
    </header>
  );
}
