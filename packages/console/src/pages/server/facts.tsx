import type { ReactNode } from 'react';
import { Card } from '../../ui/page.tsx';

export interface Fact {
  name: string;
  value: ReactNode;
  hint?: ReactNode;
}

/** A part of the server: what is measured, and its names with values. */
export function Facts({
  title,
  children,
  facts,
}: {
  title: string;
  /** A meter, above. */
  children?: ReactNode;
  facts: readonly Fact[];
}): ReactNode {
  return (
    <Card title={title}>
      {children !== undefined && <div className="flex flex-col gap-1.5 px-4 pt-3">{children}</div>}
      <dl className="px-4 py-2">
        {facts.map(({ name, value, hint }) => (
          <div key={name} className="flex flex-wrap items-baseline justify-between gap-x-4 py-1.5 text-sm">
            <dt className="text-muted">{name}</dt>
            <dd className="min-w-0 text-right break-words tabular-nums">{value}</dd>
            {hint !== undefined && <dd className="w-full text-xs text-faint">{hint}</dd>}
          </div>
        ))}
      </dl>
    </Card>
  );
}
