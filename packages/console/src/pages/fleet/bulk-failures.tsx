import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { shorten } from '../../lib/format.ts';
import { toProblem } from '../../lib/problem.ts';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import type { BulkAction } from './bulk-actions.ts';
import type { BulkResult } from './bulk.ts';
import { titleOf } from './fleet-order.ts';

const SHOWN = 50;

/** `11 deleted, 1 failed`, and why. */
export function BulkFailures({
  action,
  result: { succeeded, failed, untried },
  onClose,
}: {
  action: BulkAction;
  result: BulkResult<FleetRow>;
  onClose: () => void;
}): ReactNode {
  const { t } = useTranslation();
  const parts = [
    t(`fleet.bulk.${action}.done`, { count: succeeded.length }),
    failed.length > 0 && t('fleet.bulk.failed', { count: failed.length }),
    untried.length > 0 && t('fleet.bulk.untried', { count: untried.length }),
  ];
  return (
    <Dialog
      open
      onClose={onClose}
      title={parts.filter(Boolean).join(' · ')}
      description={t('fleet.bulk.stillSelected')}
      footer={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <ul className="flex flex-col gap-2 text-sm">
        {failed.slice(0, SHOWN).map(({ item, error }) => (
          <li key={item.session_id}>
            <div className="truncate font-medium">{shorten(titleOf(item), 80) || t('fleet.untitled')}</div>
            <div className="text-xs break-words text-bad">
              {toProblem(error).message || t('common.unreachable')}
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
