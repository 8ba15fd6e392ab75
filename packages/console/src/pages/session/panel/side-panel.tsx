import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '../../../live/session.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { Ids } from './ids.tsx';
import { Metadata } from './metadata.tsx';
import { Outputs } from './outputs.tsx';
import { togglePanel, usePanelOpen } from './panel-open.ts';
import { Resources } from './resources.tsx';
import { Settings } from './settings.tsx';
import { Timeline } from './timeline.tsx';
import { Todos } from './todos.tsx';
import { Usage } from './usage.tsx';

/** What the session plans, takes, leaves and is made of. Beside the conversation, or over it where that is narrow. */
export function SidePanel({ sessionId }: { sessionId: string }): ReactNode {
  const { t } = useTranslation();
  const { isOpen, isWide } = usePanelOpen();
  if (!isWide) {
    return (
      <Dialog atSide open={isOpen} onClose={togglePanel} title={t('session.panel.label')}>
        <Sections sessionId={sessionId} />
      </Dialog>
    );
  }
  if (!isOpen) return null;
  return (
    <aside
      aria-label={t('session.panel.label')}
      className="w-80 shrink-0 overflow-y-auto border-l bg-canvas xl:w-96"
    >
      <Sections sessionId={sessionId} />
    </aside>
  );
}

function Sections({ sessionId }: { sessionId: string }): ReactNode {
  const snapshot = useSession(sessionId);
  const { session } = snapshot;
  return (
    <>
      <Todos todos={snapshot.todos} />
      <Timeline snapshot={snapshot} />
      {session && (
        <>
          <Usage snapshot={snapshot} session={session} />
          <Outputs session={session} activity={snapshot.activity} />
          <Resources resources={session.resources} />
          <Settings snapshot={snapshot} session={session} />
          <Metadata session={session} />
          <Ids session={session} />
        </>
      )}
    </>
  );
}
