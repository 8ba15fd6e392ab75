import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useFleetRow } from '../../../live/fleet.ts';
import { useSession, useStreaming } from '../../../live/session.ts';
import type { SessionSnapshot } from '../../../live/session-items.ts';
import { formatDuration } from '../../../lib/format.ts';
import { useNow } from '../../../lib/use-now.ts';
import { StatusDot } from '../../../ui/status.tsx';
import { Elapsed } from '../../../ui/values.tsx';
import { Thinking } from './items/thinking.tsx';
import { WaitingPrompt } from './items/user-message.tsx';
import { Markdown } from '../../../text/markdown.tsx';

/** The end of the conversation: what is being written, and what is being waited for. The only part that renders with every piece. */
export function Tail({ sessionId }: { sessionId: string }): ReactNode {
  const blocks = useStreaming(sessionId);
  const snapshot = useSession(sessionId);
  const prompt = useFleetRow(sessionId)?.prompt;
  return (
    <div className="flex flex-col gap-3">
      {snapshot.items.length === 0 && prompt && <WaitingPrompt text={prompt} />}
      {blocks.map(({ id, kind, text }) =>
        kind === 'text' ? (
          <Markdown key={id} text={text} isGrowing />
        ) : (
          <Thinking key={id} id={id} text={text} isGrowing />
        ),
      )}
      {blocks.length === 0 && <Working snapshot={snapshot} />}
    </div>
  );
}

function Working({ snapshot: { activity, items, spans } }: { snapshot: SessionSnapshot }): ReactNode {
  const { t } = useTranslation();
  switch (activity.state) {
    case 'queued':
      return <Line status="pending" text={t('conversation.queued')} since={activity.since} />;
    case 'rescheduling':
      return <Rescheduling activity={activity} />;
    case 'running': {
      const last = items.at(-1);
      if (!last) return <Line status="running" text={t('conversation.starting')} since={activity.since} />;
      // The card says it.
      if (last.kind === 'call' && last.state === 'running') return null;
      const span = spans.at(-1);
      const since = span && span.endedAt === undefined ? span.startedAt : activity.since;
      return <Line status="running" text={t('conversation.working')} since={since} />;
    }
    default:
      return null;
  }
}

function Line({
  status,
  text,
  since,
}: {
  status: 'pending' | 'running' | 'rescheduling';
  text: string;
  since?: number;
}): ReactNode {
  return (
    <p className="flex min-h-7 items-center gap-2 text-xs text-muted">
      <StatusDot status={status} />
      {text}
      {since !== undefined && since > 0 && (
        <span className="text-faint">
          <Elapsed since={since} />
        </span>
      )}
    </p>
  );
}

function Rescheduling({ activity }: { activity: SessionSnapshot['activity'] }): ReactNode {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { retryAt, waitsForNode } = activity;
  const text =
    waitsForNode !== undefined
      ? t('conversation.notice.waitsForNode', { node: waitsForNode })
      : retryAt !== undefined && retryAt > now
        ? t('conversation.retriesIn', { duration: formatDuration(retryAt - now, i18n.language) })
        : t('conversation.resuming');
  return <Line status="rescheduling" text={text} />;
}
