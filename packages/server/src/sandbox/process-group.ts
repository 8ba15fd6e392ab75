import type { Sandbox } from './sandbox.ts';

/**
 * No namespace: the process sees what the server sees, and its tree is killed by group and by looking for what it
 * started. What hides well enough is not found. When the server is killed the warden does that work.
 */
export const processGroup: Sandbox = {
  kind: 'process-group',
  ownsTree: false,
  hidesFiles: false,
  wrap: (command) => command,
};
