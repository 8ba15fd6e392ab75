import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { FleetRow } from '../../live/fleet-frames.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { toast } from '../../ui/toast.tsx';
import { act, isAtWork, isMeant, type BulkAction } from './bulk-actions.ts';
import { runBulk, type BulkProgress, type BulkResult } from './bulk.ts';
import { BulkFailures } from './bulk-failures.tsx';

const AT_ONCE = 4;

/** Asks, does it with progress, and says what became of it. What has failed stays selected. */
export function BulkDialog({
  action,
  rows: selected,
  onClose,
  onDone,
}: {
  action: BulkAction;
  rows: readonly FleetRow[];
  onClose: () => void;
  onDone: (remaining: readonly FleetRow[]) => void;
}): ReactNode {
  const { t } = useTranslation();
  // As they were when the question was asked, whatever happens to them while it is read.
  const [rows] = useState(() => selected.filter((row) => isMeant(action, row)));
  const [progress, setProgress] = useState<BulkProgress>();
  const [result, setResult] = useState<BulkResult<FleetRow>>();
  const stop = useRef(new AbortController());
  useEffect(() => () => stop.current.abort(), []);

  const start = async (): Promise<void> => {
    stop.current = new AbortController();
    setProgress({ done: 0, total: rows.length });
    const options = { atOnce: AT_ONCE, onProgress: setProgress, signal: stop.current.signal };
    const outcome = await runBulk(rows, (row) => act(action, row), options);
    const failed = outcome.failed.map(({ item }) => item);
    onDone([...failed, ...outcome.untried]);
    if (failed.length === 0 && outcome.untried.length === 0) {
      toast(t(`fleet.bulk.${action}.done`, { count: rows.length }));
      onClose();
    } else setResult(outcome);
  };

  if (result) return <BulkFailures action={action} result={result} onClose={onClose} />;
  const isBusy = progress !== undefined;
  return (
    <Dialog
      open
      // Closing it in the middle would hide what goes on.
      onClose={() => !isBusy && onClose()}
      title={t(`fleet.bulk.${action}.title`, { count: rows.length })}
      description={t(`fleet.bulk.${action}.text`)}
      footer={
        isBusy ? (
          <Button onClick={() => stop.current.abort()}>{t('fleet.bulk.stop')}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('fleet.bulk.back')}</Button>
            <Button kind={action === 'archive' ? 'primary' : 'danger'} onClick={() => void start()}>
              {t(`fleet.bulk.${action}.confirm`, { count: rows.length })}
            </Button>
          </>
        )
      }
    >
      {progress ? (
        <Progress {...progress} />
      ) : (
        <Notes action={action} rows={rows} others={selected.length - rows.length} />
      )}
    </Dialog>
  );
}

function Notes({
  action,
  rows,
  others,
}: {
  action: BulkAction;
  rows: readonly FleetRow[];
  others: number;
}): ReactNode {
  const { t } = useTranslation();
  const atWork = action === 'cancel' ? 0 : rows.filter(isAtWork).length;
  return (
    <div className="flex flex-col gap-2 text-sm">
      {atWork > 0 && <p className="text-wait">{t('fleet.bulk.running', { count: atWork })}</p>}
      {others > 0 && (
        <p className="text-muted">
          {t(action === 'cancel' ? 'fleet.bulk.idle' : 'fleet.bulk.already', { count: others })}
        </p>
      )}
    </div>
  );
}

function Progress({ done, total }: BulkProgress): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex items-center gap-3 text-sm">
      <progress
        value={done}
        max={total}
        aria-label={t('fleet.bulk.progress', { done, total })}
        className="h-2 flex-1 accent-accent"
      />
      <span className="text-muted tabular-nums">{t('fleet.bulk.progress', { done, total })}</span>
    </div>
  );
}
