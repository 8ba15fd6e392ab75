import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../lib/files.ts';

/** The directories of one session on this node. */
export interface SessionDirectories {
  /** The agent's HOME. */
  home: string;
  /** Where it works, if it has no directory of the client's. */
  workspace: string;
}

export interface Workspaces {
  directoriesOf(sessionId: string): SessionDirectories;
  /** Makes them, if they are not there. */
  prepare(sessionId: string): Promise<SessionDirectories>;
  /** The sessions that have directories here. */
  list(): Promise<string[]>;
  /** Removes them with all that is in them. */
  remove(sessionId: string): Promise<void>;
}

const SESSION_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/** Workspaces on this node's disk: `<root>/<session id>/{home,workspace}`. They live as long as their session. */
export function createLocalWorkspaces(root: string): Workspaces {
  const directoriesOf = (sessionId: string): SessionDirectories => ({
    home: join(root, sessionId, 'home'),
    workspace: join(root, sessionId, 'workspace'),
  });
  return {
    directoriesOf,
    async prepare(sessionId) {
      const directories = directoriesOf(sessionId);
      await mkdir(directories.home, { recursive: true, mode: 0o700 });
      await mkdir(directories.workspace, { recursive: true, mode: 0o700 });
      return directories;
    },
    async list() {
      return (await readdir(root)).filter((name) => SESSION_ID.test(name));
    },
    async remove(sessionId) {
      await removeTree(join(root, sessionId));
    },
  };
}
