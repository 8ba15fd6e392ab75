import { afterAll, beforeAll, describe } from 'vitest';
import { makeDataDir, startBullpen, type BullpenProcess } from '../../support/bullpen-process.ts';
import { startPostgres } from '../../support/postgres.ts';
import { describeGoldenOutcome } from './golden-outcomes.ts';
import { KEYED } from '../../support/managed-sessions.ts';
import { describeGoldenLists } from './golden.ts';

const started = await startPostgres();

describe.skipIf('reason' in started)('on PostgreSQL', () => {
  let server: BullpenProcess;
  let dataDir: Awaited<ReturnType<typeof makeDataDir>>;

  beforeAll(async () => {
    if ('reason' in started) return;
    dataDir = await makeDataDir();
    server = await startBullpen(dataDir.path, ['--demo', '--model-patience', '5s'], {
      ...KEYED,
      BULLPEN_DATABASE_URL: await started.postgres.createDatabase(),
    });
  });

  afterAll(async () => {
    if ('reason' in started) return;
    await server[Symbol.asyncDispose]();
    await dataDir[Symbol.asyncDispose]();
    await started.postgres[Symbol.asyncDispose]();
  });

  describeGoldenLists(() => server.url);
  describeGoldenOutcome(() => server.url);
});
