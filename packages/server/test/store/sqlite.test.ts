import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { describeStore, type TestDatabase } from '../suites/store-suite.ts';

const log = createLog({ level: 'silent', format: 'json' });

describeStore('SQLite', async (): Promise<TestDatabase> => {
  const dataDir = mkdtempSync(join(tmpdir(), 'bullpen-store-'));
  return {
    open: () => openStore({ dataDir, clock: systemClock, log }),
    async [Symbol.asyncDispose]() {
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
