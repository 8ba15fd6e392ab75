import { ArrowDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../../ui/button.tsx';
import type { CallItem } from '../../../live/session-items.ts';
import { showInDock } from './dock-choice.ts';

/** Below the card of a call that waits for a person: it is answered in the dock, which is always in view. */
export function ApprovalPrompt({ call }: { sessionId: string; call: CallItem }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-2 text-sm">
      <span className="font-medium text-wait">{t('approval.waits')}</span>
      <Button size="sm" icon={<ArrowDown />} onClick={() => showInDock(call.id)}>
        {t('session.pending.below')}
      </Button>
    </div>
  );
}
