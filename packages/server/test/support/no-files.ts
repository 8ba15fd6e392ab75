import type { SessionFiles } from '#src/files/session-files.ts';
import type { SessionDirectories } from '#src/workspace/local.ts';

// For workers whose agents are no processes: nothing is given to sessions, and nothing comes from them.

export const NO_DIRECTORIES: SessionDirectories = {
  home: '/',
  workspace: '/',
  uploads: '/',
  outputs: '/',
  repositories: '/',
};

export const NO_FILES: SessionFiles = {
  give: async () => ({
    mounts: undefined,
    places: { uploads: null, outputs: NO_DIRECTORIES.outputs, repositories: [] },
  }),
  collect: async () => [],
  fill: async (_tenantId, content) => [...content],
  dropUnused: async () => undefined,
};
