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
        <Shown isTable={isTable} snapshot={snapshot}>
          <IconButton
            label={t(isTable ? 'session.panel.timeline.asPicture' : 'session.panel.timeline.asTable')}
            onClick={() => setTable(!isTable)}
            className="ml-auto shrink-0"
          >
            {isTable ? <ChartNoAxesGantt /> : <Table2 />}
          </IconButton>
        </Shown>
      )}
    </Section>
  );
}

function Shown({
  isTable,
  snapshot: { spans, items },
  children,
}: {
  isTable: boolean;
  snapshot: SessionSnapshot;
  children: ReactNode;
}): ReactNode {
  if (isTable) {
    return (
      <div className="flex flex-col">
        <TimelineTable spans={spans} />
        {children}
      </div>
    );
  }
  const Picture = spans.at(-1)?.endedAt === undefined ? Growing : Still;
  return (
    <Picture spans={spans} items={items}>
      {children}
    </Picture>
  );
}

type PictureProps = Pick<SessionSnapshot, 'spans' | 'items'> & { children: ReactNode };

/** A call is under way: its bar grows. */
function Growing({ spans, items, children }: PictureProps): ReactNode {
  const now = useNow();
  return <Drawn picture={useMemo(() => toLanes(spans, items, now), [spans, items, now])}>{children}</Drawn>;
}

function Still({ spans, items, children }: PictureProps): ReactNode {
  return <Drawn picture={useMemo(() => toLanes(spans, items, 0), [spans, items])}>{children}</Drawn>;
}

function Drawn({ picture, children }: { picture: Lanes; children: ReactNode }): ReactNode {
  const { t, i18n } = useTranslation();
  return (
    <TimelinePicture
      lanes={picture.lanes}
      summary={t('session.panel.timeline.total', {
        model: formatDuration(picture.modelMs, i18n.language),
        other: formatDuration(picture.otherMs, i18n.language),
      })}
    >
      {children}
    </TimelinePicture>
  );
}
