/** How strongly an agent process is held. The operator chooses; a trial run at start proves that it works. */
export interface Sandbox {
  readonly kind: 'bubblewrap' | 'namespace' | 'process-group';
  /**
   * Own PID namespace: killing the root kills everything that was ever started in it, and the end of the server
   * kills the root.
   */
  readonly ownsTree: boolean;
  /** Whether the process sees only what its FileView shows; else all that the server sees. */
  readonly hidesFiles: boolean;
  /** The command line that runs `command` held. */
  wrap(command: Command, view: FileView): Command;
}

export interface Command {
  file: string;
  args: string[];
}

/** What a held process sees of the file system, at identical paths but for `mounts`. */
export interface FileView {
  /** Hidden: the process sees an empty directory. */
  masked: string[];
  /** The directory that it sees as /tmp, on disk: what it writes there is no memory. */
  tmp: string;
  /** It can write nowhere but to /tmp and what is `writable`. */
  isReadOnly?: boolean | undefined;
  /** Bound over what is masked, in this order. */
  writable: string[];
  readable: string[];
  /** With any of them the process cannot put anything into the root of the file system. Absent: there are none. */
  mounts?: readonly Mount[] | undefined;
  /** Where it begins; absent: where it is started. */
  cwd?: string | undefined;
}

/** A file or a directory that a held process sees somewhere else. */
export interface Mount {
  source: string;
  /** Where it is inside: absolute. What is missing on the way to it is made, for this process alone where that is possible. */
  path: string;
  isWritable: boolean;
}
