import type { Sandbox } from './sandbox.ts';

/**
 * No namespace: the process sees what the server sees, and its tree is killed by group and by looking for what it
 * started. What hides well enough, or outlives a killed server, is not found.
 */
export const processGroup: Sandbox = {
  kind: 'process-group',
  ownsTree: false,
  wrap: (command) => command,
};
