import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

describe('examples/simple-client.ts', () => {
  it('shows the whole life of a session', async () => {
    await using dataDir = await makeDataDir();
    await using out = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const tsc = join(ROOT, 'node_modules/.bin/tsc');
    const options =
      '--ignoreConfig --target es2023 --module nodenext --types node --skipLibCheck --rewriteRelativeImportExtensions';
    await run(tsc, [...options.split(' '), '--outDir', out.path, join(ROOT, 'examples/simple-client.ts')], {
      cwd: ROOT,
    });
    await writeFile(join(out.path, 'package.json'), '{ "type": "module" }');
    const { stdout } = await run(process.execPath, [join(out.path, 'simple-client.js')], {
      env: { PATH: process.env['PATH'], BULLPEN_URL: server.url },
    });
    expect(stdout).toMatch(/Session \S+ started successfully/);
    expect(stdout).toMatch(/completed: .*Ada/);
    expect(stdout).toMatch(/Session \S+ resumed successfully\ncompleted: .*Ada/);
    expect(stdout).toMatch(/Session \S+ cancelled successfully/);
    expect(stdout).toMatch(/Session \S+ deleted successfully\nCleaned up 1 old sessions/);
  });
});
