import { getRouteApi } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { reconnect, useRefusal } from '../../live/session.ts';
import { Page } from '../../ui/page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { Composer } from './composer/composer.tsx';
import { Conversation } from './conversation/conversation.tsx';
import { ForkDialog, type ForkPoint } from './header/fork.tsx';
import { SessionHeader } from './header/session-header.tsx';
import { SidePanel } from './panel/side-panel.tsx';

const route = getRouteApi('/sessions/$sessionId');

/** One session: what is said and done, and beside it what it needs and costs. */
export function SessionPage(): ReactNode {
  const { t } = useTranslation();
  const { sessionId } = route.useParams();
  const [forkPoint, setForkPoint] = useState<ForkPoint>();
  const refusal = useRefusal(sessionId);
  if (refusal !== undefined) {
    return (
      <Page title={t('shell.nav.fleet')}>
        <ErrorState error={refusal} onRetry={() => reconnect(sessionId)} />
      </Page>
    );
  }
  return (
    <div key={sessionId} className="flex h-full min-h-0 flex-col">
      <SessionHeader sessionId={sessionId} />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <Conversation sessionId={sessionId} onFork={setForkPoint} />
          <Composer sessionId={sessionId} />
        </div>
        <SidePanel sessionId={sessionId} />
      </div>
      <ForkDialog sessionId={sessionId} point={forkPoint} onClose={() => setForkPoint(undefined)} />
    </div>
  );
}
