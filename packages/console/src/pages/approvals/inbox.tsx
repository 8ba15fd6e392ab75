import { useNavigate } from '@tanstack/react-router';
import { Inbox as InboxIcon } from 'lucide-react';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApprovalCard } from '../../approval/approval-card.tsx';
import { useShortcuts } from '../../lib/keyboard.ts';
import { useMedia } from '../../lib/use-media.ts';
import { EmptyState, Skeleton } from '../../ui/states.tsx';
import { Ago } from '../../ui/values.tsx';
import { BulkBar } from './bulk-bar.tsx';
import { nextWaiting, stepFrom, type Entry } from './inbox-entries.ts';
import { InboxList } from './inbox-list.tsx';
import { SessionLink, useSessionLabel } from './session-label.tsx';
import { SettledCard } from './settled-card.tsx';
import { useInbox } from './use-inbox.ts';

const WIDE = '(min-width: 1024px)';

/** All that waits: a list, and the one that is chosen with its exact input. By keyboard from the first to the last. */
export function Inbox({ startId }: { startId: string | undefined }): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { entries, open, isReady } = useInbox();
  const [selectedId, select] = useState(startId);
  const list = useRef<HTMLDivElement>(null);
  const isWide = useMedia(WIDE);
  const selected = entries.find(({ approval }) => approval.id === selectedId);
  const first = entries.find(({ settled }) => !settled) ?? entries[0];
  // Chosen once, so that what is shown does not change because something else was answered.
  if (!selected && first && (isReady || startId === undefined)) select(first.approval.id);
  useEffect(() => {
    if (isNowhere()) list.current?.focus({ preventScroll: true });
  }, [selectedId]);
  const step = (steps: number): void => {
    const next = stepFrom(entries, selectedId, steps);
    if (next) select(next.approval.id);
    list.current?.focus({ preventScroll: true });
  };
  const goOn = (id: string): void => {
    const next = nextWaiting(entries, id);
    select((current) => (current === id && next ? next.approval.id : current));
    list.current?.focus({ preventScroll: true });
  };
  const here = 'here' as const;
  useShortcuts(
    entries.length === 0
      ? []
      : [
          { keys: 'j', label: t('approvals.shortcuts.next'), group: here, run: () => step(1) },
          { keys: 'k', label: t('approvals.shortcuts.previous'), group: here, run: () => step(-1) },
          {
            keys: 'enter',
            label: t('approvals.shortcuts.open'),
            group: here,
            // A button that has the focus is pressed by it.
            when: () => isNowhere() || document.activeElement === list.current,
            run: () => {
              if (!selected) return;
              const sessionId = selected.approval.session_id;
              void navigate({ to: '/sessions/$sessionId', params: { sessionId } });
            },
          },
        ],
  );
  if (!isReady && entries.length === 0) return <Skeleton rows={5} />;
  if (entries.length === 0) {
    return (
      <EmptyState icon={<InboxIcon />} title={t('approvals.empty.title')} text={t('approvals.empty.text')} />
    );
  }
  const parts = [
    <div key="list" className="flex min-w-0 flex-col gap-2">
      <p className="text-xs text-muted" role="status">
        {t('approvals.count', { count: open.length })}
      </p>
      <InboxList ref={list} entries={entries} selectedId={selectedId} onSelect={select} onStep={step} />
    </div>,
    <div key="detail" className="flex min-w-0 flex-col gap-2 lg:sticky lg:top-3 lg:self-start">
      <h2 className="sr-only">{t('approvals.call')}</h2>
      {selected && <Detail entry={selected} onAnswered={() => goOn(selected.approval.id)} />}
      {selected && !selected.settled && <BulkBar call={selected.approval} open={open} />}
    </div>,
  ];
  return (
    <div className="grid gap-4 lg:grid-cols-[minmax(260px,340px)_minmax(0,1fr)]">
      {isWide ? parts : parts.toReversed()}
    </div>
  );
}

function Detail({
  entry: { approval, settled },
  onAnswered,
}: {
  entry: Entry;
  onAnswered: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const { agent } = useSessionLabel(approval.session_id);
  const aside = (
    <span className="flex max-w-full min-w-0 items-center gap-2 text-xs text-muted">
      <SessionLink sessionId={approval.session_id} />
      {agent !== undefined && <span className="truncate">{agent}</span>}
      <span className="shrink-0">
        <Ago at={approval.created_at} />
      </span>
    </span>
  );
  if (!settled) {
    return <ApprovalCard key={approval.id} call={approval} active aside={aside} onAnswered={onAnswered} />;
  }
  if (settled.record) return <SettledCard key={approval.id} record={settled.record} aside={aside} />;
  return (
    <p role="status" className="rounded-lg border bg-surface p-3 text-sm text-muted">
      {settled.record === undefined ? t('approvals.asking') : t('approvals.gone')}
    </p>
  );
}

/** No control has the focus. */
function isNowhere(): boolean {
  return document.activeElement === document.body || document.activeElement?.id === 'content';
}
