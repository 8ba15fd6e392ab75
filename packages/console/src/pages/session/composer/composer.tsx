import { ArrowUp, Paperclip, Square } from 'lucide-react';
import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type DragEvent,
  type KeyboardEvent,
  type ReactNode,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../live/session.ts';
import { classNames } from '../../../lib/class-names.ts';
import { useShortcuts } from '../../../lib/keyboard.ts';
import { IconButton } from '../../../ui/button.tsx';
import { useInterrupt } from '../header/use-interrupt.ts';
import { AttachmentList } from './attachment-list.tsx';
import { BudgetForm } from './budget-form.tsx';
import { consequenceOf } from './consequence.ts';
import { PendingDock } from './pending-dock.tsx';
import { QueueList } from './queue-list.tsx';
import { useComposer } from './use-composer.ts';

/** Higher than that it scrolls. */
const MOST_HEIGHT = 240;

/** Where a person writes to the agent. Above it is what waits for them. */
export function Composer({ sessionId }: { sessionId: string }): ReactNode {
  const { t } = useTranslation();
  const snapshot = useSession(sessionId);
  const consequence = consequenceOf(snapshot.activity);
  if (snapshot.session === undefined && snapshot.eventCount === 0) return null;
  const isClosed = consequence === 'archived' || consequence === 'deleted';
  return (
    // As wide as the conversation, whose scroll bar takes room.
    <div className="shrink-0 overflow-hidden [scrollbar-gutter:stable]">
      <div tabIndex={-1} className="mx-auto flex w-full max-w-4xl flex-col gap-2 px-4 pt-2 pb-3 sm:px-6">
        <PendingDock sessionId={sessionId} />
        {consequence === 'budget' && <BudgetForm sessionId={sessionId} />}
        {isClosed ? (
          <p role="note" className="rounded-lg border bg-sunken px-3 py-2 text-sm text-muted">
            {t(`session.composer.consequence.${consequence}`)}
          </p>
        ) : (
          <Editor sessionId={sessionId} />
        )}
      </div>
    </div>
  );
}

function Editor({ sessionId }: { sessionId: string }): ReactNode {
  const { t } = useTranslation();
  const snapshot = useSession(sessionId);
  const { activity } = snapshot;
  const composer = useComposer(snapshot);
  const stop = useInterrupt(sessionId, activity);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [isDropping, setDropping] = useState(false);
  const consequence = consequenceOf(activity);
  const hasFailed = composer.problem !== undefined;
  useShortcuts([
    { keys: 'c', label: t('session.shortcuts.compose'), group: 'here', run: () => area.current?.focus() },
  ]);
  useLayoutEffect(() => {
    const { current } = area;
    if (!current) return;
    current.style.height = 'auto';
    current.style.height = `${Math.min(MOST_HEIGHT, current.scrollHeight)}px`;
  }, [composer.text]);
  useEffect(() => {
    if (hasFailed) area.current?.focus();
  }, [hasFailed]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    composer.send();
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(false);
    composer.add([...event.dataTransfer.files]);
  };
  const isEmpty = composer.text.trim() === '' && composer.attachments.length === 0;
  const isReading = composer.attachments.some(({ state }) => state === 'reading');
  return (
    <>
      <QueueList queue={composer.queue} />
      <form
        aria-label={t('session.composer.label')}
        onSubmit={(event) => {
          event.preventDefault();
          composer.send();
        }}
        className={classNames(
          'rounded-xl border border-line-strong bg-surface focus-within:border-accent',
          isDropping && 'border-accent bg-accent-soft',
        )}
      >
        <div
          role="presentation"
          onDragOver={(event) => {
            event.preventDefault();
            setDropping(true);
          }}
          onDragLeave={() => setDropping(false)}
          onDrop={onDrop}
        >
          <AttachmentList attachments={composer.attachments} onRemove={composer.remove} />
          <textarea
            ref={area}
            rows={1}
            value={composer.text}
            onChange={(event) => composer.setText(event.target.value)}
            onKeyDown={onKeyDown}
            onPaste={(event) => {
              const files = [...event.clipboardData.files];
              if (files.length === 0) return;
              event.preventDefault();
              composer.add(files);
            }}
            aria-label={t('session.composer.label')}
            aria-describedby="composer-note"
            aria-invalid={hasFailed || undefined}
            placeholder={
              isDropping
                ? t('session.composer.dropHere')
                : t(
                    activity.state === 'new'
                      ? 'session.composer.placeholderNew'
                      : 'session.composer.placeholder',
                  )
            }
            className="block w-full resize-none bg-transparent px-3 pt-2.5 pb-1 text-base leading-normal outline-none"
          />
          <div className="flex items-end gap-1 px-1.5 pb-1.5">
            <IconButton label={t('session.composer.attach')} onClick={() => picker.current?.click()}>
              <Paperclip />
            </IconButton>
            <input
              ref={picker}
              type="file"
              multiple
              hidden
              aria-label={t('session.composer.attach')}
              onChange={(event) => {
                composer.add([...(event.target.files ?? [])]);
                event.target.value = '';
              }}
            />
            <p
              id="composer-note"
              role={hasFailed ? 'alert' : undefined}
              className={classNames(
                'min-w-0 flex-1 self-center text-xs break-words',
                hasFailed ? 'text-bad' : 'text-muted',
              )}
            >
              {composer.problem
                ? [t('session.composer.failed'), composer.problem.message || t('common.unreachable')].join(
                    t('common.gap'),
                  )
                : isReading
                  ? t('session.composer.waitForFiles')
                  : t(`session.composer.consequence.${consequence}`)}
              {!hasFailed && (
                <span className="hidden text-faint lg:inline">
                  {t('common.gap')}
                  {t('session.composer.keys')}
                </span>
              )}
            </p>
            {stop.canStop && (
              <IconButton
                label={t('session.actions.interrupt')}
                kind="secondary"
                busy={stop.isStopping}
                onClick={stop.run}
                className="sm:hidden"
              >
                <Square className="!size-3 fill-current" />
              </IconButton>
            )}
            <IconButton
              type="submit"
              label={t('session.composer.send')}
              kind="primary"
              busy={composer.isSending}
              disabled={isEmpty || isReading}
            >
              <ArrowUp />
            </IconButton>
          </div>
        </div>
      </form>
    </>
  );
}
