import { RotateCw } from 'lucide-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { useNow } from '../lib/use-now.ts';
import { reconnectNow, useConnection } from '../live/fleet.ts';
import type { FleetConnection } from '../live/fleet-feed.ts';
import { Button } from '../ui/button.tsx';

/** A connection that is back at once is not worth a bar that moves the page. */
const BAR_AFTER_MS = 700;
const DOTS = { live: 'bg-ok', connecting: 'bg-faint', reconnecting: 'bg-wait' };

/** Whether what the page shows is live, in a corner of it. */
export function ConnectionStatus(): ReactNode {
  const { t } = useTranslation();
  const { state } = useConnection();
  const text = t(`shell.connection.${state}`);
  return (
    <div
      title={text}
      className="flex h-9 items-center justify-center gap-2.5 px-2 text-sm text-muted lg:justify-start"
    >
      <span className="flex size-4 items-center justify-center" aria-hidden>
        <span className={classNames('size-2 rounded-full', DOTS[state])} />
      </span>
      <span className="sr-only lg:not-sr-only">{text}</span>
    </div>
  );
}

/** Above every page while the connection is lost: nothing that is old looks as if it were live. */
export function ConnectionBar(): ReactNode {
  const connection = useConnection();
  const isLost = useLasting(connection.state === 'reconnecting', BAR_AFTER_MS);
  return <div role="status">{isLost && <LostBar connection={connection} />}</div>;
}

function LostBar({ connection: { retryAt, problem } }: { connection: FleetConnection }): ReactNode {
  const { t } = useTranslation();
  return (
    <div className="flex min-h-9 items-center gap-x-3 border-b bg-wait-soft px-4 py-1 text-xs text-wait sm:px-6">
      <p className="mr-auto min-w-0">
        {problem === undefined ? t('shell.connection.lost') : t('shell.connection.refused', { problem })}
        {t('common.gap')}
        {retryAt === undefined ? t('shell.connection.trying') : <Countdown until={retryAt} />}
      </p>
      <Button
        size="sm"
        icon={<RotateCw />}
        disabled={retryAt === undefined}
        onClick={reconnectNow}
        className="shrink-0"
      >
        {t('shell.connection.retry')}
      </Button>
    </div>
  );
}

function Countdown({ until }: { until: number }): ReactNode {
  const { t } = useTranslation();
  const now = useNow();
  // Every second is not for those who have it read to them.
  return (
    <span aria-hidden>
      {t('shell.connection.next', { seconds: Math.max(1, Math.ceil((until - now) / 1000)) })}
    </span>
  );
}

/** True once something has been so for a while; false at once when it is not. */
function useLasting(isSo: boolean, ms: number): boolean {
  const [hasLasted, setLasted] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => setLasted(true), ms);
    return () => {
      clearTimeout(timer);
      setLasted(false);
    };
  }, [isSo, ms]);
  return isSo && hasLasted;
}
