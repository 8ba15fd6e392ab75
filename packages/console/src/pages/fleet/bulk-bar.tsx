import { Archive, CircleStop, Trash2, X } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { BULK_ACTIONS, isMeant, type BulkAction } from './bulk-actions.ts';
import { BulkDialog } from './bulk-dialog.tsx';

const ICONS = { cancel: <CircleStop />, archive: <Archive />, delete: <Trash2 /> };

/** What can be done with all that are selected. */
export function BulkBar({
  rows,
  onClear,
  onDone,
}: {
  rows: readonly FleetRow[];
  onClear: () => void;
  /** With those that are to stay selected. */
  onDone: (remaining: readonly FleetRow[]) => void;
}): ReactNode {
  const { t } = useTranslation();
  const [action, setAction] = useState<BulkAction>();
  return (
    <>
      {rows.length > 0 && (
        <section
          aria-label={t('fleet.selection.label')}
          className="absolute inset-x-3 bottom-3 z-30 mx-auto flex max-w-fit items-center gap-1.5 rounded-lg sm:gap-2 border border-line-strong bg-surface py-1.5 pr-1.5 pl-3 shadow-lg"
        >
          <span className="text-sm font-medium whitespace-nowrap tabular-nums" aria-live="polite">
            {t('fleet.selection.count', { count: rows.length })}
          </span>
          {BULK_ACTIONS.map((name) => (
            <Button
              key={name}
              size="sm"
              className="max-sm:[&_svg]:hidden"
              kind={name === 'delete' ? 'danger' : 'secondary'}
              icon={ICONS[name]}
              disabled={!rows.some((row) => isMeant(name, row))}
              onClick={() => setAction(name)}
            >
              {t(`fleet.bulk.${name}.action`)}
            </Button>
          ))}
          <IconButton label={t('fleet.selection.clear')} onClick={onClear}>
            <X />
          </IconButton>
        </section>
      )}
      {action && (
        <BulkDialog action={action} rows={rows} onClose={() => setAction(undefined)} onDone={onDone} />
      )}
    </>
  );
}
