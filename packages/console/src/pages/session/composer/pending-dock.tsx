import { ChevronLeft, ChevronRight, CornerLeftUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ApprovalCard } from '../../../approval/approval-card.tsx';
import { useSession } from '../../../live/session.ts';
import { IconButton } from '../../../ui/button.tsx';
import { jump } from '../conversation/jump.ts';
import { chooseInDock, DOCK_ID, useDockChoice } from './dock-choice.ts';
import { useWaitingCalls } from './use-waiting-calls.ts';

/** What waits for a person, one at a time, always in view and answered by keys. */
export function PendingDock({ sessionId }: { sessionId: string }): ReactNode {
  const { t } = useTranslation();
  const { pending } = useSession(sessionId);
  const calls = useWaitingCalls(sessionId, pending);
  const chosen = useDockChoice();
  if (calls.length === 0) return null;
  const index = Math.max(
    0,
    calls.findIndex(({ itemId }) => itemId === chosen),
  );
  const current = calls[index];
  if (!current) return null;
  const choose = (step: number): void =>
    chooseInDock(calls[(index + step + calls.length) % calls.length]?.itemId);
  return (
    <div id={DOCK_ID} role="region" aria-label={t('session.pending.label')} aria-live="polite">
      <ApprovalCard
        // What a person has written must not go with the record that comes later.
        key={current.itemId}
        call={current.call}
        active
        compact
        aside={
          <span className="flex items-center text-xs text-muted">
            <IconButton label={t('session.pending.show')} onClick={() => jump.toItem(current.itemId)}>
              <CornerLeftUp />
            </IconButton>
            {calls.length > 1 && (
              <>
                <IconButton label={t('session.pending.previous')} onClick={() => choose(-1)}>
                  <ChevronLeft />
                </IconButton>
                <span className="tabular-nums">
                  {t('session.pending.count', { index: index + 1, count: calls.length })}
                </span>
                <IconButton label={t('session.pending.next')} onClick={() => choose(1)}>
                  <ChevronRight />
                </IconButton>
              </>
            )}
          </span>
        }
      />
    </div>
  );
}
