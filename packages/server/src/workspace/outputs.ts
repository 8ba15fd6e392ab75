import { constants } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const NAME = /^[\da-f-]{36}\.(?:txt|json)$/;

/** What was too large for the log of a session, in files: `<root>/<session id>/outputs`, as long as the session. */
export interface Outputs {
  /** Resolves when it is on disk. `name`: an id, and `.txt` or `.json`. */
  write(sessionId: string, name: string, content: string): Promise<void>;
  /** Undefined: there is no such file here. */
  open(sessionId: string, name: string): Promise<{ bytes: number; stream: Readable } | undefined>;
}

export function createOutputs(root: string): Outputs {
  const directoryOf = (sessionId: string): string => join(root, sessionId, 'outputs');
  return {
    async write(sessionId, name, content) {
      await mkdir(directoryOf(sessionId), { recursive: true, mode: 0o700 });
      const file = await open(join(directoryOf(sessionId), name), 'wx', 0o600);
      try {
        await file.writeFile(content);
        await file.sync();
      } finally {
        await file.close();
      }
    },

    async open(sessionId, name) {
      if (!NAME.test(name)) return undefined;
      try {
        // An agent that is not held could put a link there.
        const file = await open(
          join(directoryOf(sessionId), name),
          constants.O_RDONLY | constants.O_NOFOLLOW,
        );
        const { size } = await file.stat();
        return { bytes: size, stream: file.createReadStream() };
      } catch (error) {
        if (error instanceof Error && 'code' in error && ['ENOENT', 'ELOOP'].includes(String(error.code))) {
          return undefined;
        }
        throw error;
      }
    },
  };
}
