import type { ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

/** How full something is. `tone`: whether that is a matter of concern. */
export function Meter({
  label,
  value,
  max,
  text,
  tone = 'accent',
}: {
  label: string;
  value: number;
  max: number;
  /** The same in words: what is read out. */
  text: string;
  tone?: 'accent' | 'wait' | 'bad';
}): ReactNode {
  const part = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  const colour = { accent: 'bg-accent', wait: 'bg-wait', bad: 'bg-bad' }[tone];
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={Math.max(max, value)}
      aria-valuetext={text}
      className="h-2 w-full overflow-hidden rounded-full bg-sunken ring-1 ring-line ring-inset"
    >
      <div className={classNames('h-full rounded-full', colour)} style={{ width: `${part * 100}%` }} />
    </div>
  );
}
