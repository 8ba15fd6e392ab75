import { join } from 'node:path';

/** Where on the disk the files of a session are that its agent sees elsewhere. `mount`: see SessionDirectories. */
export interface MountDirectories {
  /** What its client gave it. Nobody but the server writes here, and no process sees it but to read. */
  uploads: string;
  /** What its client is to have. */
  outputs: string;
  /** Clones, each under the id of its resource. */
  repositories: string;
}

export function directoriesIn(mount: string): MountDirectories {
  return {
    uploads: join(mount, 'uploads'),
    outputs: join(mount, 'outputs'),
    repositories: join(mount, 'repositories'),
  };
}

/** What the agent is told of where its files are. */
export interface Places {
  /** Null: none can be given here. */
  uploads: string | null;
  outputs: string;
  repositories: { url: string; path: string }[];
}
