import type { ReactNode } from 'react';
import { relativePath } from '../../../../lib/relative-path.ts';
import { useConversation } from '../context.ts';

/** A path as seen from where the agent works; all of it on hover. */
export function Path({ path }: { path: string }): ReactNode {
  const { cwd } = useConversation();
  return <span title={path}>{relativePath(path, cwd)}</span>;
}
