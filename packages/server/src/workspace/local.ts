import { mkdir, mkdtemp, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../lib/error-code.ts';
import { copyTree } from '../lib/copy-tree.ts';
import { removeTree } from '../lib/files.ts';

/** The directories of one session on this node. */
export interface SessionDirectories {
  /** The agent's HOME. */
  home: string;
  /** Where it works, if it has no directory of the client's. */
  workspace: string;
  /** What its client gave it, as its agent sees it. Nobody but the server writes here. */
  uploads: string;
  /** What its client is to have. */
  outputs: string;
  /** Clones of the repositories that it was given. */
  repositories: string;
}

/** What a session has of its own, and another one that goes on from it too. */
const COPIED = ['workspace', 'outputs', 'repositories'] as const;

export interface Workspaces {
  directoriesOf(sessionId: string): SessionDirectories;
  /** Makes the first two, if they are not there: the others are for sessions of `/v1`. */
  prepare(sessionId: string): Promise<SessionDirectories>;
  /** The sessions that have directories here. */
  list(): Promise<string[]>;
  /**
   * Takes them away at once, as one step that a crash does not halve; what it resolves with removes what was in them.
   * They can be prepared anew.
   */
  discard(sessionId: string): Promise<() => Promise<void>>;
  /**
   * Copies the files of a session for another session, as they are found: its agent may be at work in them. Sockets and pipes
   * are left away. Rejects when `signal` aborts.
   */
  copy(sessionId: string, signal: AbortSignal): Promise<WorkspaceCopy>;
  /** Removes them with all that is in them. */
  remove(sessionId: string): Promise<void>;
}

/** It is nobody's until it is placed; what was not placed goes when it is disposed of. */
export interface WorkspaceCopy extends AsyncDisposable {
  /** Makes them the files of a session that has none. */
  place(sessionId: string): Promise<void>;
}

const SESSION_ID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Workspaces on this node's disk: `<root>/<session id>/{home,workspace,mount/…}`. They live as long as their session, or as
 * retention says. `trash`: a directory on the same file system that is emptied at every start.
 */
export function createLocalWorkspaces(root: string, trash: string): Workspaces {
  const directoriesOf = (sessionId: string): SessionDirectories => ({
    home: join(root, sessionId, 'home'),
    workspace: join(root, sessionId, 'workspace'),
    uploads: join(root, sessionId, 'mount', 'uploads'),
    outputs: join(root, sessionId, 'mount', 'outputs'),
    repositories: join(root, sessionId, 'mount', 'repositories'),
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
    async discard(sessionId) {
      const directories = directoriesOf(sessionId);
      const grave = await mkdtemp(join(trash, 'discarded-'));
      for (const [name, path] of Object.entries(directories)) await moveIfThere(path, join(grave, name));
      return () => removeTree(grave);
    },
    async copy(sessionId, signal) {
      const staging = await mkdtemp(join(trash, 'copied-'));
      const copy: WorkspaceCopy = {
        async place(newSessionId) {
          const directories = directoriesOf(newSessionId);
          for (const name of COPIED) {
            await mkdir(dirname(directories[name]), { recursive: true, mode: 0o700 });
            await moveIfThere(join(staging, name), directories[name]);
          }
        },
        [Symbol.asyncDispose]: () => removeTree(staging),
      };
      try {
        const directories = directoriesOf(sessionId);
        for (const name of COPIED) await copyTree(directories[name], join(staging, name), signal);
        return copy;
      } catch (error) {
        await copy[Symbol.asyncDispose]();
        throw error;
      }
    },
    async remove(sessionId) {
      await removeTree(join(root, sessionId));
    },
  };
}

async function moveIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}
