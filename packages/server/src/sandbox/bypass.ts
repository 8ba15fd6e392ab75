import type { Sandbox } from './sandbox.ts';

/** Why `bypassPermissions` is refused here; undefined when it may be used. */
export function whyNotBypass(sandbox: Pick<Sandbox, 'hidesFiles'>, isRoot: boolean): string | undefined {
  if (!isRoot || sandbox.hidesFiles) return undefined;
  return (
    'bypassPermissions is not available: the server runs as root and its agents are not held by bubblewrap. ' +
    'Install bubblewrap, or run the server as another user.'
  );
}
