import { useEffect, type ReactNode } from 'react';
import { classNames } from '../lib/class-names.ts';

/** The frame of a page: its name, what can be done on it, and what it shows. Also names the tab. */
export function Page({
  title,
  actions,
  children,
  flush = false,
  narrow = false,
}: {
  title: string;
  actions?: ReactNode;
  children: ReactNode;
  /** Without margins, and as high as the window: the page scrolls inside. */
  flush?: boolean;
  /** As wide as a form is read best. */
  narrow?: boolean;
}): ReactNode {
  usePageTitle(title);
  return (
    <div className={flush ? 'flex h-full min-h-0 flex-col' : undefined}>
      <header className="border-b">
        <div
          className={classNames(
            'flex min-h-14 flex-wrap items-center gap-2 px-4 py-2 sm:px-6',
            !flush && 'mx-auto max-w-7xl',
          )}
        >
          <h1 className="mr-auto min-w-0 text-lg font-semibold break-words">{title}</h1>
          {actions}
        </div>
      </header>
      {flush ? (
        children
      ) : (
        <div className={`mx-auto w-full px-4 pt-4 pb-16 sm:px-6 ${narrow ? 'max-w-3xl' : 'max-w-7xl'}`}>
          {children}
        </div>
      )}
    </div>
  );
}

/** What the tab is called. The count of what waits for a person goes before it (live/title.ts). */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.documentElement.dataset['page'] = title;
    window.dispatchEvent(new Event('bullpen:title'));
  }, [title]);
}

export function Card({
  title,
  actions,
  children,
  className,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  className?: string;
}): ReactNode {
  return (
    <section className={`rounded-lg border bg-surface ${className ?? ''}`}>
      {title !== undefined && (
        <header className="flex min-h-11 flex-wrap items-center gap-x-2 gap-y-1 border-b px-4 py-1">
          <h2 className="mr-auto font-semibold">{title}</h2>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
