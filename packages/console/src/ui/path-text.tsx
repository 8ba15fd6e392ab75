import type { ReactNode } from 'react';

/** A path in one line: where there is no room for all of it, its beginning and its last part are shown. */
export function PathText({ path }: { path: string }): ReactNode {
  const end = path.lastIndexOf('/', path.length - 2);
  return (
    <code className="flex min-w-0" title={path}>
      <span className="truncate">{path.slice(0, Math.max(0, end))}</span>
      <span className="max-w-3/4 shrink-0 truncate">{path.slice(Math.max(0, end))}</span>
    </code>
  );
}
