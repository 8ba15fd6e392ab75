import { join } from 'node:path';
import { createBlobDirectory } from './blobs/directory.ts';
import { isSoleUser, noteUser } from './blobs/users.ts';
import type { Config } from './config.ts';
import type { FilesContext } from './files/context.ts';
import { createFiles, type Files } from './files/files.ts';
import { createGit } from './files/git.ts';
import { createSessionFiles, type SessionFiles } from './files/session-files.ts';
import { sweepFiles } from './files/sweep.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Store } from './store/store.ts';
import type { Disk } from './workspace/disk.ts';
import type { Workspaces } from './workspace/local.ts';

interface Parts extends Pick<FilesContext, 'clock' | 'log'> {
  store: Store;
  nodeId: string;
  sandbox: Sandbox;
  /** Why the sandbox is no stronger one. */
  reason: string | undefined;
  workspaces: Pick<Workspaces, 'directoriesOf'>;
  disk: Pick<Disk, 'isLow'>;
}

/** The files of this server, which go on being swept until they are disposed of. */
export async function openFiles(
  { dataDir, databaseUrl, sharedWorkspaces, agentEnv }: Config,
  { store, nodeId, sandbox, reason, workspaces, disk, clock, log }: Parts,
): Promise<Files & SessionFiles & AsyncDisposable> {
  const root = join(sharedWorkspaces ?? dataDir, 'blobs');
  const databaseId = await store.readDatabaseId();
  await noteUser(root, databaseId);
  const blobs = createBlobDirectory(root, clock);
  const mayHaveNeighbours = databaseUrl !== undefined && sharedWorkspaces === undefined;
  const context: FilesContext = {
    store,
    blobs,
    clock,
    log,
    home: mayHaveNeighbours ? nodeId : undefined,
    whyNoMounts: sandbox.hidesFiles ? undefined : (reason ?? `agents are held by a ${sandbox.kind}`),
    directoriesOf: (sessionId) => workspaces.directoriesOf(sessionId),
  };
  const masked = sharedWorkspaces === undefined ? [dataDir] : [dataDir, sharedWorkspaces];
  const sweep = sweepFiles({
    store,
    blobs,
    clock,
    log,
    isSoleUser: () => isSoleUser(root, databaseId),
  });
  return {
    ...createFiles(context),
    ...createSessionFiles({
      ...context,
      git: createGit({ sandbox, path: agentEnv['PATH'] ?? '', masked }),
      isFull: () => disk.isLow,
    }),
    [Symbol.asyncDispose]: () => sweep[Symbol.asyncDispose](),
  };
}
