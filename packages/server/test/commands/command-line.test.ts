import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { variableOf, type Setting } from '#src/config/setting.ts';
import { SETTINGS } from '#src/config/settings.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const MANIFEST = new URL('../../package.json', import.meta.url);

interface Outcome {
  code: number;
  stdout: string;
  stderr: string;
}

function bullpen(args: string[], env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

describe('bullpen', () => {
  it('without a command shows its help', async () => {
    const { code, stdout } = await bullpen([]);
    expect(code).toBe(0);
    expect(stdout).toContain('serve');
  });

  it('--version is the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string };
    expect(await bullpen(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('refuses an unknown command with exit code 2', async () => {
    const { code, stderr } = await bullpen(['sreve']);
    expect(code).toBe(2);
    expect(stderr).toContain("bullpen: unknown command 'sreve'");
  });
});

describe('bullpen serve', () => {
  it('--help names every setting with its variable', async () => {
    const { code, stdout } = await bullpen(['serve', '--help']);
    expect(code).toBe(0);
    const settings: Setting<unknown>[] = Object.values(SETTINGS);
    for (const setting of settings) {
      expect(stdout).toContain(variableOf(setting));
      expect(stdout.includes(`--${setting.name} `)).toBe(!setting.secret);
    }
  });

  it('--help fits a terminal of 110 columns', async () => {
    const { stdout } = await bullpen(['serve', '--help']);
    expect(stdout.split('\n').filter((line) => line.length > 110)).toEqual([]);
  });

  it('refuses a wrong value with one sentence and exit code 2', async () => {
    expect(await bullpen(['serve', '--port', 'http'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'bullpen: --port is "http"; it must be a whole number from 0 to 65535.\n',
    });
  });

  it('refuses an unknown flag with a suggestion and exit code 2', async () => {
    const { code, stderr } = await bullpen(['serve', '--prot', '1']);
    expect(code).toBe(2);
    expect(stderr).toBe("bullpen: unknown option '--prot'\n(Did you mean --port?)\n");
  });

  it('refuses a data dir that it cannot make, with one sentence and exit code 2', async () => {
    expect(await bullpen(['serve', '--data-dir', '/dev/null/data'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'bullpen: data-dir is /dev/null/data, which cannot be written to; choose another directory.\n',
    });
  });
});
