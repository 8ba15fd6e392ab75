import { join } from 'node:path';
import { createBlobDirectory } from './blobs/directory.ts';
import type { Config } from './config.ts';
import { isSoleDatabase } from './data-directory.ts';
import type { FilesContext } from './files/context.ts';
import { createFiles, type Files } from './files/files.ts';
import { sweepFiles } from './files/sweep.ts';
import type { Sandbox } from './sandbox/sandbox.ts';
import type { Store } from './store/store.ts';

interface Parts extends Pick<FilesContext, 'clock' | 'log'> {
  store: Store;
  nodeId: string;
  sandbox: Sandbox;
  /** Why the sandbox is no stronger one. */
  reason: string | undefined;
}

/** The files of this server, which go on being swept until they are disposed of. */
export function openFiles(
  { dataDir, databaseUrl, sharedWorkspaces }: Config,
  { store, nodeId, sandbox, reason, clock, log }: Parts,
): Files & AsyncDisposable {
  const blobs = createBlobDirectory(join(sharedWorkspaces ?? dataDir, 'blobs'), clock);
  const mayHaveNeighbours = databaseUrl !== undefined && sharedWorkspaces === undefined;
  const files = createFiles({
    store,
    blobs,
    clock,
    log,
    home: mayHaveNeighbours ? nodeId : undefined,
    whyNoMounts: sandbox.hidesFiles ? undefined : (reason ?? `agents are held by a ${sandbox.kind}`),
  });
  const sweep = sweepFiles({
    store,
    blobs,
    clock,
    log,
    // What several servers share may belong to several databases.
    isSoleUser: async () =>
      sharedWorkspaces === undefined && isSoleDatabase(dataDir, await store.readDatabaseId()),
  });
  return { ...files, [Symbol.asyncDispose]: () => sweep[Symbol.asyncDispose]() };
}
