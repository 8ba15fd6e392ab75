import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createBlobDirectory } from '#src/blobs/directory.ts';
import { isSoleUser, noteUser } from '#src/blobs/users.ts';
import { sweepFiles } from '#src/files/sweep.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { until } from '../support/until.ts';

const log = createLog({ level: 'silent', format: 'json' });
const ORPHAN = '0'.repeat(64);

describe('bytes that several servers share', () => {
  it('are swept while one database alone knows of them, and left alone from the moment of a second one', async () => {
    const root = await mkdtemp(join(tmpdir(), 'bullpen-sweep-'));
    const store = await openStore({ dataDir: join(root, 'data'), clock, log });
    const path = join(root, 'blobs', '00', ORPHAN);
    const leaveOrphan = async (): Promise<void> => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'orphan');
    };
    const isThere = () =>
      readFile(path).then(
        () => true,
        () => false,
      );
    const databaseId = await store.readDatabaseId();
    const looks: boolean[] = [];
    const blobs = createBlobDirectory(join(root, 'blobs'), clock);
    const sweep = () =>
      sweepFiles({
        store,
        blobs,
        clock,
        log,
        async isSoleUser() {
          const is = await isSoleUser(join(root, 'blobs'), databaseId);
          looks.push(is);
          return is;
        },
      });
    try {
      await leaveOrphan();
      {
        await using _sweep = sweep();
        await until('it is swept', async () => !(await isThere()));
      }
      await leaveOrphan();
      await noteUser(join(root, 'blobs'), 'another-database');
      {
        await using _sweep = sweep();
        await until('it has looked', () => looks.at(-1) === false);
      }
      expect(await isThere()).toBe(true);
    } finally {
      await store[Symbol.asyncDispose]();
      await rm(root, { recursive: true, force: true });
    }
  });
});
