import { mkdir } from 'node:fs/promises';
import type { SessionErrorEvent } from '../domain/managed-events.ts';
import { OUTPUTS, UPLOADS, WORKSPACE } from '../domain/session-resource.ts';
import type { Mount } from '../sandbox/sandbox.ts';
import type { SessionDirectories } from '../workspace/local.ts';
import { giveFiles, isFile, type FilesGiven } from './give-files.ts';
import { giveRepositories, isRepository, type RepositoriesContext } from './give-repositories.ts';
import { hasObstacle } from './obstacle.ts';
import type { Places } from './places.ts';
import { listUploads } from './uploads.ts';

export interface GiveContext extends RepositoriesContext, FilesGiven {
  /** Why nothing can be shown elsewhere than where it is; undefined: it can. */
  whyNoMounts: string | undefined;
}

/** A session, and where it is on this disk. */
export interface GiveRequest {
  tenantId: string;
  sessionId: string;
  directories: SessionDirectories;
  /** Where it works. */
  cwd: string;
  /** Hears what could not be given. Absent: nothing is fetched that is not here, and nobody is told. */
  tell?: ((error: SessionErrorEvent) => void) | undefined;
  signal: AbortSignal;
}

/** What an agent process has of what its session was given. */
export interface Given {
  /** Undefined: nothing can be shown elsewhere than where it is. */
  mounts: Mount[] | undefined;
  places: Places;
}

/** Something that is to be shown at a place which may be taken. */
export interface Placement {
  mount: Mount;
  /** What is told if it is. */
  whenTaken: SessionErrorEvent;
}

/**
 * Puts in place what a session was given, as far as it is not there yet. The session goes on without what cannot be had.
 * Rejects when `signal` aborts, and when the disk or the store is in trouble.
 */
export async function give(context: GiveContext, request: GiveRequest): Promise<Given> {
  const { tenantId, sessionId, directories, cwd, tell } = request;
  const { workspace, uploads, outputs, repositories: clones } = directories;
  for (const path of [uploads, outputs, clones]) await mkdir(path, { recursive: true, mode: 0o700 });
  if (context.whyNoMounts !== undefined)
    return { mounts: undefined, places: { uploads: null, outputs, repositories: [] } };
  // What is there is looked at first: what comes after that is not taken away.
  const placed = await listUploads(uploads);
  const resources = await context.store.listResources(tenantId, [sessionId]);
  const files = await giveFiles(context, request, resources.filter(isFile), placed);
  const repositories = await giveRepositories(context, request, resources.filter(isRepository));

  const own = { path: WORKSPACE, source: workspace };
  const grounds = [own, { path: cwd, source: cwd }];
  const shown: Mount[] = [];
  for (const { mount, whenTaken } of [...files, ...repositories]) {
    if (await hasObstacle(mount.path, mount.isWritable ? 'directory' : 'file', grounds)) tell?.(whenTaken);
    else shown.push(mount);
  }
  const paths = new Set(shown.map(({ path }) => path));
  return {
    mounts: [
      { source: uploads, path: UPLOADS, isWritable: false },
      { source: outputs, path: OUTPUTS, isWritable: true },
      // A client may have the session work in a directory of that very name.
      ...(cwd === WORKSPACE ? [] : [{ ...own, isWritable: true }]),
      ...shown,
    ],
    places: {
      uploads: UPLOADS,
      outputs: OUTPUTS,
      repositories: resources
        .filter(isRepository)
        .flatMap(({ body: { url, mountPath: path } }) => (paths.has(path) ? [{ url, path }] : [])),
    },
  };
}
