import { useEffect, useMemo, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { assessRisk, type RiskLevel } from '../../approval/assess-risk.ts';
import { useFleetRow } from '../../live/fleet.ts';
import { classNames } from '../../lib/class-names.ts';
import { Ago } from '../../ui/values.tsx';
import { callName } from './call-name.ts';
import { toExcerpt } from './excerpt.ts';
import type { Entry } from './inbox-entries.ts';
import { OutcomeBadge } from './outcome.tsx';
import { useSessionLabel } from './session-label.tsx';

/** What waits, a line each. It has the focus; the arrows move in it. */
export function InboxList({
  ref,
  entries,
  selectedId,
  onSelect,
  onStep,
}: {
  ref: RefObject<HTMLDivElement | null>;
  entries: readonly Entry[];
  selectedId: string | undefined;
  onSelect: (id: string) => void;
  onStep: (steps: number) => void;
}): ReactNode {
  const { t } = useTranslation();
  const move = (event: KeyboardEvent): void => {
    const steps = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    onStep(steps);
  };
  return (
    <div
      ref={ref}
      role="listbox"
      tabIndex={0}
      aria-label={t('approvals.list')}
      aria-activedescendant={selectedId === undefined ? undefined : optionId(selectedId)}
      onKeyDown={move}
      className="flex flex-col overflow-hidden rounded-lg border bg-surface focus-visible:outline-1 focus-visible:-outline-offset-1"
    >
      {entries.map((entry) => (
        <Row
          key={entry.approval.id}
          entry={entry}
          isSelected={entry.approval.id === selectedId}
          onSelect={onSelect}
        />
      ))}
    </div>
  );
}

const RISK_TONES: Record<RiskLevel, string> = { low: 'bg-ok', medium: 'bg-wait', high: 'bg-bad' };

function Row({
  entry: { approval, settled },
  isSelected,
  onSelect,
}: {
  entry: Entry;
  isSelected: boolean;
  onSelect: (id: string) => void;
}): ReactNode {
  const { t } = useTranslation();
  const { label, agent } = useSessionLabel(approval.session_id);
  const { level } = useMemo(
    () => assessRisk(approval.tool_name, approval.input),
    [approval.tool_name, approval.input],
  );
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isSelected) ref.current?.scrollIntoView({ block: 'nearest' });
  }, [isSelected]);
  const cwd = useFleetRow(approval.session_id)?.cwd;
  const excerpt = toExcerpt(approval, cwd);
  return (
    // Its keys are the list's.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <div
      ref={ref}
      id={optionId(approval.id)}
      role="option"
      tabIndex={-1}
      aria-selected={isSelected}
      onClick={() => onSelect(approval.id)}
      className={classNames(
        'flex cursor-pointer flex-col gap-0.5 border-b border-l-2 px-3 py-2 last:border-b-0 hover:bg-hover',
        isSelected ? 'border-l-accent bg-accent-soft/50' : 'border-l-transparent',
      )}
    >
      <span className="flex items-center gap-2 text-sm">
        {settled ? (
          settled.record && <OutcomeBadge status={settled.record.status} />
        ) : (
          <span
            className={classNames('size-2 shrink-0 rounded-full', riskTone(approval.kind, level))}
            role="img"
            aria-label={approval.kind === 'permission' ? t(`approval.risk.${level}`) : t('approvals.noRisk')}
            title={approval.kind === 'permission' ? t(`approval.risk.${level}`) : undefined}
          />
        )}
        <span className="min-w-0 truncate font-medium">{callName(approval, t)}</span>
        <span className="ml-auto shrink-0 text-xs text-muted">
          <Ago at={settled?.record?.closed_at ?? approval.created_at} />
        </span>
      </span>
      {excerpt !== '' && (
        <span
          className={classNames(
            'truncate text-xs',
            approval.kind !== 'question' && approval.tool_name !== 'ExitPlanMode' && 'font-mono',
            settled && 'text-muted line-through',
          )}
        >
          {excerpt}
        </span>
      )}
      <span className="truncate text-xs text-muted">
        {agent === undefined ? label : t('approvals.sessionOf', { session: label, agent })}
      </span>
    </div>
  );
}

function riskTone(kind: string, level: RiskLevel): string {
  return kind === 'permission' ? RISK_TONES[level] : 'bg-busy';
}

function optionId(id: string): string {
  return `approval-${id}`;
}
