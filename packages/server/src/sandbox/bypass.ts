import type { Sandbox } from './sandbox.ts';

/** Why `bypassPermissions` is refused here; undefined when it may be used. */
export function whyNotBypass(sandbox: Pick<Sandbox, 'ownsTree'>, isRoot: boolean): string | undefined {
  if (!isRoot || sandbox.ownsTree) return undefined;
  return (
    'bypassPermissions is not available: the server runs as root and its agents are not held in a namespace of ' +
    'their own. Install bubblewrap, or run the server as another user.'
  );
}
