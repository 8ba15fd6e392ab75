import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  makeDataDir,
  runMigrate,
  startBullpen,
  startRefused,
  type BullpenProcess,
} from '../support/bullpen-process.ts';

let dataDir: Awaited<ReturnType<typeof makeDataDir>>;
let bullpen: BullpenProcess;

beforeAll(async () => {
  dataDir = await makeDataDir();
  bullpen = await startBullpen(dataDir.path);
});
afterAll(async () => {
  await bullpen[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
});

describe('bullpen serve', () => {
  it('answers at the address that it prints', async () => {
    expect((await fetch(`${bullpen.url}/healthz`)).status).toBe(200);
  });

  it('prints its mode and one command to try', () => {
    expect(bullpen.output()).toContain('mode    demo');
    expect(bullpen.output()).toContain(`curl ${bullpen.url}/execute/`);
  });

  it('refuses a data dir that another server uses, with one sentence and exit code 1', async () => {
    const { code, output } = await startRefused(dataDir.path);
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toEqual([expect.stringMatching(/^bullpen: .*\.$/)]);
    expect(output).toContain(dataDir.path);
  });

  it('refuses a port that something else listens on, with one sentence and exit code 1', async () => {
    await using other = await makeDataDir();
    const { port } = new URL(bullpen.url);
    expect(await startRefused(other.path, ['--port', port])).toEqual({
      code: 1,
      output: `bullpen: Something else listens on 127.0.0.1, port ${port}; choose another --port (0 takes any free one).\n`,
    });
  });

  it('refuses a database that cannot be used, with one sentence and exit code 1', async () => {
    await using other = await makeDataDir();
    // Nobody listens on port 1.
    const databaseUrl = 'postgres://ada:a-secret-of-hers@127.0.0.1:1/bullpen';
    expect(await startRefused(other.path, [], { BULLPEN_DATABASE_URL: databaseUrl })).toEqual({
      code: 1,
      output:
        'bullpen: The database failed: connect ECONNREFUSED 127.0.0.1:1. ' +
        'Check database-url, or data-dir when there is none.\n',
    });
  });

  it.skipIf(process.platform !== 'linux')(
    'never has a key in its command line (read from /proc)',
    async () => {
      await using other = await makeDataDir();
      const key = 'a-key-that-nobody-may-see';
      await using keyed = await startBullpen(other.path, [], { BULLPEN_API_KEYS: key });
      const commandLine = readFileSync(`/proc/${keyed.pid}/cmdline`, 'utf8');
      expect(commandLine).toContain('serve');
      expect(commandLine).not.toContain(key);
      expect(keyed.output()).not.toContain(key);
      expect((await fetch(`${keyed.url}/sessions/`)).status).toBe(401);
      const headers = { authorization: `Bearer ${key}` };
      expect((await fetch(`${keyed.url}/sessions/`, { headers })).status).toBe(200);
    },
  );

  it('is migrated by `bullpen migrate` too, which refuses a data dir that is in use', async () => {
    await using other = await makeDataDir();
    expect(await runMigrate(other.path)).toEqual({ code: 0, output: 'The database is up to date.\n' });
    expect(await runMigrate(other.path)).toEqual({ code: 0, output: 'The database is up to date.\n' });
    const refused = await runMigrate(dataDir.path);
    expect(refused.code).toBe(1);
    expect(refused.output).toContain(dataDir.path);
    await using server = await startBullpen(other.path);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('stops at SIGTERM with exit code 0', async () => {
    await using other = await makeDataDir();
    await using server = await startBullpen(other.path);
    expect(await server.stop('SIGTERM')).toBe(0);
  });
});
