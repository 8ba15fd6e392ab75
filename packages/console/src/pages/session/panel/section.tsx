import { ChevronRight } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { readStored, store } from '../../../lib/storage.ts';

/** A part of the panel, folded or not as the person left it. */
export function Section({
  name,
  title,
  note,
  children,
}: {
  /** Under which it is remembered. */
  name: string;
  title: string;
  note?: ReactNode;
  children: ReactNode;
}): ReactNode {
  const stored = `session-panel.${name}`;
  const [isOpen, setOpen] = useState(() => readStored(stored) !== 'closed');
  return (
    <details
      open={isOpen}
      onToggle={(event) => {
        const { open } = event.currentTarget;
        setOpen(open);
        store(stored, open ? undefined : 'closed');
      }}
      className="group border-b"
    >
      <summary className="flex min-h-10 cursor-pointer list-none items-center gap-1.5 px-3 text-sm hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight className="size-3.5 text-muted transition-transform group-open:rotate-90" aria-hidden />
        <h2 className="mr-auto font-semibold">{title}</h2>
        {note !== undefined && <span className="text-xs text-muted tabular-nums">{note}</span>}
      </summary>
      <div className="px-3 pb-3">{children}</div>
    </details>
  );
}

/** Names and values, one pair a line. */
export function Pairs({ children }: { children: ReactNode }): ReactNode {
  return <dl className="flex flex-col gap-1 text-xs">{children}</dl>;
}

export function Pair({ name, children }: { name: string; children: ReactNode }): ReactNode {
  return (
    <div className="flex items-baseline justify-between gap-3">
      <dt className="shrink-0 text-muted">{name}</dt>
      <dd className="min-w-0 text-right break-words">{children}</dd>
    </div>
  );
}
