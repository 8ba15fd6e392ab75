import type { ReactNode } from 'react';

export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return (
    <kbd className="inline-flex h-5 min-w-5 items-center justify-center rounded border border-line-strong bg-sunken px-1 text-2xs text-muted">
      {children}
    </kbd>
  );
}
