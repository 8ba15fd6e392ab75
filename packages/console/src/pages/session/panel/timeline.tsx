import { ChartNoAxesGantt, Table2 } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SessionSnapshot } from '../../../live/session-items.ts';
import { formatDuration } from '../../../lib/format.ts';
import { useNow } from '../../../lib/use-now.ts';
import { IconButton } from '../../../ui/button.tsx';
import { toLanes, type Lanes } from './lanes.ts';
import { Section } from './section.tsx';
import { TimelinePicture } from './timeline-picture.tsx';
import { TimelineTable } from './timeline-table.tsx';

/** When the model worked, and when tools or people did. */
export function Timeline({ snapshot }: { snapshot: SessionSnapshot }): ReactNode {
  const { t } = useTranslation();
  const { spans } = snapshot;
  const [isTable, setTable] = useState(false);
  return (
    <Section name="timeline" title={t('session.panel.timeline.title')} note={spans.length}>
      {spans.length === 0 ? (
        <p className="text-xs text-muted">{t('session.panel.timeline.empty')}</p>
      ) : (
        <div className="relative flex flex-col gap-1">
          {isTable ? <TimelineTable spans={spans} /> : <LivePicture snapshot={snapshot} />}
          <IconButton
            label={t(isTable ? 'session.panel.timeline.asPicture' : 'session.panel.timeline.asTable')}
            onClick={() => setTable(!isTable)}
            className={isTable ? 'self-end' : 'absolute right-0 bottom-0'}
          >
            {isTable ? <ChartNoAxesGantt /> : <Table2 />}
          </IconButton>
        </div>
      )}
    </Section>
  );
}

function LivePicture({ snapshot: { spans, items } }: { snapshot: SessionSnapshot }): ReactNode {
  const isRunning = spans.at(-1)?.endedAt === undefined;
  return isRunning ? <Growing spans={spans} items={items} /> : <Still spans={spans} items={items} />;
}

type Shown = Pick<SessionSnapshot, 'spans' | 'items'>;

/** A call is under way: its bar grows. */
function Growing({ spans, items }: Shown): ReactNode {
  const now = useNow();
  return <Picture picture={useMemo(() => toLanes(spans, items, now), [spans, items, now])} />;
}

function Still({ spans, items }: Shown): ReactNode {
  return <Picture picture={useMemo(() => toLanes(spans, items, 0), [spans, items])} />;
}

function Picture({ picture }: { picture: Lanes }): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <TimelinePicture
      lanes={picture.lanes}
      summary={t('session.panel.timeline.total', {
        model: formatDuration(picture.modelMs, i18n.language),
        other: formatDuration(picture.otherMs, i18n.language),
      })}
    />
  );
}
