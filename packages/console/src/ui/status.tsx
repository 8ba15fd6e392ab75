import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../lib/class-names.ts';
import { useBeat } from '../lib/use-now.ts';
import { Badge, type Tone } from './badge.tsx';

/** What a session is doing, in the words of either API. */
export type Status =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'error'
  | 'cancelled'
  | 'idle'
  | 'rescheduling'
  | 'terminated';

const TONE_OF: Record<Status, Tone> = {
  pending: 'neutral',
  running: 'busy',
  waiting: 'wait',
  completed: 'ok',
  error: 'bad',
  cancelled: 'neutral',
  idle: 'ok',
  rescheduling: 'wait',
  terminated: 'neutral',
};

const DOTS: Record<Tone, string> = {
  neutral: 'bg-faint',
  accent: 'bg-accent',
  ok: 'bg-ok',
  busy: 'bg-busy',
  wait: 'bg-wait',
  bad: 'bg-bad',
};

/** A dot that beats while there is work. */
export function StatusDot({ status }: { status: Status }): ReactNode {
  return (
    <span className="relative inline-flex size-2 shrink-0" aria-hidden>
      {(status === 'running' || status === 'rescheduling') && <Halo colour={DOTS[TONE_OF[status]]} />}
      <span className={classNames('size-2 rounded-full', DOTS[TONE_OF[status]])} />
    </span>
  );
}

function Halo({ colour }: { colour: string }): ReactNode {
  const isOn = useBeat();
  return (
    isOn && (
      <span
        className={classNames('absolute -inset-[3px] rounded-full opacity-35 motion-reduce:hidden', colour)}
      />
    )
  );
}

export function StatusBadge({ status }: { status: Status }): ReactNode {
  const { t } = useTranslation();
  return (
    <Badge tone={TONE_OF[status]}>
      <StatusDot status={status} />
      {t(`common.status.${status}`)}
    </Badge>
  );
}
