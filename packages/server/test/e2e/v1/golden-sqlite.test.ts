import { afterAll, beforeAll } from 'vitest';
import { makeDataDir, startBullpen, type BullpenProcess } from '../../support/bullpen-process.ts';
import { describeGoldenOutcome } from './golden-outcomes.ts';
import { KEYED } from '../../support/managed-sessions.ts';
import { describeGoldenLists } from './golden.ts';

let server: BullpenProcess;
let dataDir: Awaited<ReturnType<typeof makeDataDir>>;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startBullpen(dataDir.path, ['--demo', '--model-patience', '5s'], KEYED);
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

describeGoldenLists(() => server.url);
describeGoldenOutcome(() => server.url);
