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

/** What a held process sees of the file system, at identical paths. */
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
}
