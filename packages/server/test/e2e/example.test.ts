import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { execute } from '../support/api-client.ts';
import { makeDataDir, startBullpen } from '../support/bullpen-process.ts';
import { until } from '../support/until.ts';
import { startReceiver, WEBHOOK_SECRET } from '../support/webhook-receiver.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

/** Compiles a program of examples/ into `directory`, as a user's own tools would; gives the path of the result. */
async function compile(name: string, directory: string): Promise<string> {
  const tsc = join(ROOT, 'node_modules/.bin/tsc');
  const options =
    '--ignoreConfig --target es2023 --module nodenext --types node --skipLibCheck --rewriteRelativeImportExtensions';
  await run(tsc, [...options.split(' '), '--outDir', directory, join(ROOT, `examples/${name}.ts`)], {
    cwd: ROOT,
  });
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }');
  return join(directory, `${name}.js`);
}

describe('examples/simple-client.ts', () => {
  it('shows the whole life of a session', async () => {
    await using dataDir = await makeDataDir();
    await using out = await makeDataDir();
    await using server = await startBullpen(dataDir.path);
    const program = await compile('simple-client', out.path);
    const { stdout } = await run(process.execPath, [program], {
      env: { PATH: process.env['PATH'], BULLPEN_URL: server.url },
    });
    expect(stdout).toMatch(/Session \S+ started successfully/);
    expect(stdout).toMatch(/completed: .*Ada/);
    expect(stdout).toMatch(/Session \S+ resumed successfully\ncompleted: .*Ada/);
    expect(stdout).toMatch(/Session \S+ cancelled successfully/);
    expect(stdout).toMatch(/Session \S+ deleted successfully\nCleaned up 1 old sessions/);
  });
});

describe('examples/webhook-receiver.ts', () => {
  it('hears of the end of a run, and of nothing that the server did not sign', async () => {
    await using dataDir = await makeDataDir();
    await using out = await makeDataDir();
    const program = await compile('webhook-receiver', out.path);
    const url = await freeAddress();
    const receiver = spawn(process.execPath, [program], {
      env: { PATH: process.env['PATH'], PORT: new URL(url).port, BULLPEN_WEBHOOK_SECRET: WEBHOOK_SECRET },
    });
    let output = '';
    receiver.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    try {
      await until('it listens', () => output.includes('Waiting'));
      const headers = {
        'webhook-id': '1',
        'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
        'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')}`,
      };
      for (const forged of [{}, headers]) {
        expect((await fetch(url, { method: 'POST', headers: forged, body: '{}' })).status).toBe(401);
      }
      const env = { BULLPEN_WEBHOOK_URL: url, BULLPEN_WEBHOOK_SECRET: WEBHOOK_SECRET };
      await using server = await startBullpen(dataDir.path, [], env);
      await execute(server.url, { prompt: '[[text=All done]]', title: 'Order 7' });
      await until('it hears', () => /^run\.completed: Order 7: All done \(\$0\.\d+\)$/m.test(output));
    } finally {
      receiver.kill();
      if (receiver.exitCode === null && receiver.signalCode === null) await once(receiver, 'exit');
    }
  });
});

async function freeAddress(): Promise<string> {
  await using receiver = await startReceiver();
  return receiver.url;
}
