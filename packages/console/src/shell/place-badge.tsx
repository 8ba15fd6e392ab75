import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { useApprovalsLocked, useFleetSummary, useOpenApprovals } from '../live/fleet.ts';
import type { Place } from './navigation.ts';

/** How many run, or wait for a person, in a place. */
export function PlaceBadge({ name }: { name: Place['name'] }): ReactNode {
  if (name === 'fleet') return <RunningBadge />;
  return name === 'approvals' ? <WaitingBadge /> : null;
}

function RunningBadge(): ReactNode {
  const { t } = useTranslation();
  const { running } = useFleetSummary();
  return <CountBadge count={running} text={t('shell.badge.running', { count: running })} tone="busy" />;
}

function WaitingBadge(): ReactNode {
  const { t } = useTranslation();
  const open = useOpenApprovals().length;
  const isLocked = useApprovalsLocked();
  const { waiting } = useFleetSummary();
  // Without the key for them, the sessions still say that they wait.
  const count = isLocked ? waiting : open;
  return <CountBadge count={count} text={t('shell.badge.waiting', { count })} tone="wait" />;
}

const TONES = { busy: 'bg-busy-soft text-busy', wait: 'bg-wait-soft text-wait' };
const MOST = 999;

function CountBadge({
  count,
  text,
  tone,
}: {
  count: number;
  text: string;
  tone: keyof typeof TONES;
}): ReactNode {
  if (count === 0) return null;
  return (
    <>
      <span
        aria-hidden
        className={classNames(
          'absolute top-1 left-1/2 ml-2 min-w-4 rounded-full px-1 text-center text-2xs leading-4 font-medium tabular-nums',
          'sm:top-0 sm:right-0 sm:left-auto lg:static lg:ml-auto lg:px-1.5 lg:leading-5',
          TONES[tone],
        )}
      >
        {count > MOST ? `${MOST}+` : count}
      </span>
      <span className="sr-only">, {text}</span>
    </>
  );
}
