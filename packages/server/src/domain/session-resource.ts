/** What a client gave a session to work with, as it is stored. Paths are those that the agent sees. */
export type SessionResource = FileResource | RepositoryResource | DirectoryResource;

/** A file that the agent can read. The session has a copy of its own, so it stays when the client's file goes. */
export interface FileResource {
  type: 'file';
  /** The session's copy. */
  fileId: string;
  /** Below the uploads folder. */
  mountPath: string;
  /** Where it is too: the absolute path that the client named; null: nowhere else. */
  alsoAt: string | null;
}

/** A repository that is cloned before the agent begins. Its token is kept beside it. */
export interface RepositoryResource {
  type: 'github_repository';
  url: string;
  mountPath: string;
  /** Null: what the repository has checked out by default. */
  checkout: Checkout | null;
}

/** An extension: a directory of the server's machine, in which the session works in the place of one of its own. */
export interface DirectoryResource {
  type: 'local_directory';
  path: string;
}

export type Checkout = { type: 'branch'; name: string } | { type: 'commit'; sha: string };

/** Where the agent finds the files of its session, and where it puts what its client is to have. */
export const UPLOADS = '/mnt/session/uploads';
export const OUTPUTS = '/mnt/session/outputs';
/** Where a session works that has a directory of its own, and where its repositories are unless they say otherwise. */
export const WORKSPACE = '/workspace';
