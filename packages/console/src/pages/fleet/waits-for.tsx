import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../lib/class-names.ts';
import { needsPerson, type FleetRow } from '../../live/fleet-frames.ts';
import { Elapsed } from '../../ui/values.tsx';

/** What has to happen before a session goes on, and for how long it has waited. */
export function WaitsFor({ row }: { row: FleetRow }): ReactNode {
  const { t } = useTranslation();
  const { waits_for: waits } = row;
  if (waits === null) return null;
  const isPlan = waits.kind === 'approval' && waits.tools.every((tool) => tool === 'ExitPlanMode');
  return (
    <span
      className={classNames(
        'flex min-w-0 items-baseline gap-1.5 text-xs',
        needsPerson(row) ? 'text-wait' : 'text-muted',
      )}
    >
      <span className="truncate">
        {t(`fleet.waits.${isPlan ? 'plan' : waits.kind}`, { tools: waits.tools.join(', ') })}
      </span>
      <span className="shrink-0">
        <Elapsed since={Date.parse(waits.since)} />
      </span>
    </span>
  );
}
