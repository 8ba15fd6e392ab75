import { ListChecks } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { nameOf } from '../../approval/approval-card.tsx';
import type { Approval } from '../../live/fleet-frames.ts';
import { Button } from '../../ui/button.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import { toScopes } from './inbox-entries.ts';

/** Where more like this one wait: all of them at once, after a look at each. */
export function BulkBar({ call, open }: { call: Approval; open: readonly Approval[] }): ReactNode {
  const { t } = useTranslation();
  // As they were when it was opened: what comes later was not looked at.
  const [chosen, setChosen] = useState<readonly Approval[]>();
  const scopes = toScopes(open, call);
  return (
    <>
      {scopes.length > 0 && (
        <div className="flex flex-wrap items-center gap-2 rounded-lg border bg-surface px-3 py-2">
          <ListChecks className="size-4 text-muted" aria-hidden />
          <span className="mr-auto text-sm text-muted">{t('approvals.bulk.more')}</span>
          {scopes.map(({ scope, calls }) => (
            <Button key={scope} size="sm" onClick={() => setChosen(calls)}>
              {t(`approvals.bulk.${scope}`, { count: calls.length, tool: nameOf(call) })}
            </Button>
          ))}
        </div>
      )}
      {chosen && <BulkDialog calls={chosen} onClose={() => setChosen(undefined)} />}
    </>
  );
}
