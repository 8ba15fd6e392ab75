import type { Blobs } from '../blobs/blobs.ts';
import type { Clock } from '../lib/clock.ts';
import type { Log } from '../log.ts';
import type { FileReads, FileWrites } from '../store/files.ts';
import type { SessionDirectories } from '../workspace/local.ts';

export interface FilesContext {
  store: FileReads & FileWrites;
  blobs: Blobs;
  clock: Clock;
  log: Log;
  /** This node, if there may be others that do not see the bytes it has. */
  home: string | undefined;
  /** Why sessions cannot be given files and repositories here, as the end of a sentence; undefined: they can. */
  whyNoMounts: string | undefined;
  directoriesOf(sessionId: string): SessionDirectories;
}
