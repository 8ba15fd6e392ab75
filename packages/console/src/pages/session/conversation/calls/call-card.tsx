import { Ban, ChevronRight, CircleSlash, CircleX, Hand } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallItem } from '../../../../live/session-items.ts';
import { classNames } from '../../../../lib/class-names.ts';
import { formatDuration, formatTime } from '../../../../lib/format.ts';
import { relativePath } from '../../../../lib/relative-path.ts';
import { CopyButton } from '../../../../ui/copy-button.tsx';
import { StatusDot } from '../../../../ui/status.tsx';
import { Elapsed } from '../../../../ui/values.tsx';
import { ApprovalPrompt } from '../../composer/approval-prompt.tsx';
import { useConversation } from '../context.ts';
import { useFold } from '../folds.ts';
import { CallFoot } from './call-foot.tsx';
import type { CallFace } from './face.ts';

/** One call of a tool: a line that says what it is and how it went, and below it all of it. */
export function CallCard({ call, face }: { call: CallItem; face: CallFace }): ReactNode {
  const { t, i18n } = useTranslation();
  const { sessionId, cwd } = useConversation();
  const isWaiting = call.approval?.state === 'pending';
  const isOpenAtFirst = face.isOpen || isWaiting || call.state === 'failed';
  const [isOpen, setOpen] = useFold(call.id, isOpenAtFirst);
  const bodyId = useId();
  const { icon: Icon, Body } = face;
  return (
    <div
      role="group"
      aria-label={face.title}
      className={classNames(
        'overflow-clip rounded-lg border bg-surface',
        isWaiting && 'border-wait',
        call.isAbandoned && 'opacity-60',
      )}
    >
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls={bodyId}
        title={exactTimes(call, i18n.language)}
        onClick={() => setOpen(!isOpen)}
        className="flex min-h-8 w-full items-center gap-2 px-2.5 py-1 text-left text-xs -outline-offset-2 hover:bg-hover"
      >
        <Icon aria-hidden className="size-3.5 shrink-0 text-faint" />
        <span className="shrink-0 font-medium">{face.title}</span>
        <span
          className={classNames(
            'min-w-0 flex-1 truncate text-muted',
            face.isCode && 'font-mono',
            call.isAbandoned && 'line-through',
          )}
        >
          {face.summary}
        </span>
        {face.meta !== undefined && <span className="shrink-0 text-faint tabular-nums">{face.meta}</span>}
        <CallTime call={call} />
        <CallState call={call} />
        <ChevronRight
          aria-hidden
          className={classNames('size-3.5 shrink-0 text-faint transition-transform', isOpen && 'rotate-90')}
        />
      </button>
      {isOpen && (
        <div id={bodyId} className="border-t empty:hidden">
          {face.path !== undefined && relativePath(face.path, cwd) !== face.path && (
            <div className="group/part flex items-center gap-1 border-b px-3 font-mono text-2xs text-faint">
              <span className="min-w-0 flex-1 truncate">{face.path}</span>
              <CopyButton text={face.path} label={t('conversation.copyPath')} className="!h-6 !w-6" />
            </div>
          )}
          <Body call={call} />
          <CallFoot call={call} />
        </div>
      )}
      {isWaiting && (
        <div className="border-t" role="group" aria-label={t('conversation.state.waiting')}>
          <ApprovalPrompt sessionId={sessionId} call={call} />
        </div>
      )}
    </div>
  );
}

function exactTimes({ at, result }: CallItem, locale: string): string {
  const begun = formatTime(at, locale);
  const ended = result && formatTime(result.at, locale);
  return ended === undefined || ended === begun ? begun : `${begun} – ${ended}`;
}

/** Runs shorter than this are not worth a number. */
const WORTH_MS = 100;

function CallTime({ call }: { call: CallItem }): ReactNode {
  const { i18n } = useTranslation();
  const since = call.approval?.answeredAt ?? call.at;
  if (call.state === 'running') {
    return (
      <span className="shrink-0 text-faint">
        <Elapsed since={since} />
      </span>
    );
  }
  const ms = call.result && call.thread === undefined ? call.result.at - since : 0;
  if (ms < WORTH_MS) return null;
  return <span className="shrink-0 text-faint tabular-nums">{formatDuration(ms, i18n.language)}</span>;
}

const STATES = {
  waiting: { icon: Hand, className: 'text-wait' },
  failed: { icon: CircleX, className: 'text-bad' },
  denied: { icon: Ban, className: 'text-bad' },
  stopped: { icon: CircleSlash, className: 'text-faint' },
} as const;

function CallState({ call }: { call: CallItem }): ReactNode {
  const { t } = useTranslation();
  const state = call.background === 'running' || call.thread?.state === 'running' ? 'running' : call.state;
  // That it went well is what one expects: nothing to see.
  if (state === 'done') return <span className="sr-only">{t('conversation.state.done')}</span>;
  if (state === 'running') {
    return (
      <span className="inline-flex size-3.5 shrink-0 items-center justify-center">
        <StatusDot status="running" />
        <span className="sr-only">{t('conversation.state.running')}</span>
      </span>
    );
  }
  const { icon: Icon, className } = STATES[state];
  const isWord = state === 'denied' || state === 'waiting';
  return (
    <span className={classNames('inline-flex shrink-0 items-center gap-1', isWord && className)}>
      <Icon aria-hidden className={classNames('size-3.5', className)} />
      <span className={isWord ? 'max-sm:sr-only' : 'sr-only'}>{t(`conversation.state.${state}`)}</span>
    </span>
  );
}
