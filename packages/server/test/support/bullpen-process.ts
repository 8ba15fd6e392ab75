import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

export interface BullpenProcess {
  url: string;
  pid: number;
  /** What it has written so far. */
  output(): string;
  /** Sends a signal and resolves with the exit code (null: ended by a signal). */
  stop(signal: NodeJS.Signals): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A data directory of a test's own, gone at the end. */
export async function makeDataDir(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'bullpen-test-'));
  return {
    path,
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** `bullpen serve` as a user starts it, in demo mode on a free port; resolves when it listens. */
export async function startBullpen(
  dataDir: string,
  flags: string[] = [],
  env: Record<string, string> = {},
): Promise<BullpenProcess> {
  const child = spawnBullpen(['serve', '--port', '0', '--data-dir', dataDir, ...flags], env);
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      output += chunk.toString();
      const match = /listening on (http:\S+)/.exec(output);
      if (match?.[1]) resolve(match[1]);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}: ${output}`)));
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return {
    url,
    pid: child.pid ?? 0,
    output: () => output,
    async stop(signal) {
      child.kill(signal);
      return exited;
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** A start that is expected to be refused: its exit code and everything it wrote. */
export async function startRefused(
  dataDir: string,
  flags: string[] = [],
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  return outcomeOf(spawnBullpen(['serve', '--port', '0', '--data-dir', dataDir, ...flags], env));
}

/** `bullpen migrate`: its exit code and everything it wrote. */
export async function runMigrate(
  dataDir: string,
  env: Record<string, string> = {},
): Promise<{ code: number | null; output: string }> {
  return outcomeOf(spawnBullpen(['migrate', '--data-dir', dataDir], env));
}

async function outcomeOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The processes whose environment or command line mentions this data directory, except the given ones. */
export async function processesOf(dataDir: string, except: number[] = []): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid || except.includes(pid)) continue;
    try {
      const texts = await Promise.all(
        ['environ', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'latin1')),
      );
      if (texts.some((text) => text.includes(dataDir))) found.push(pid);
    } catch {
      // It ended while we looked.
    }
  }
  return found;
}

function spawnBullpen(args: string[], env: Record<string, string>): ChildProcess {
  const inherited = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ANTHROPIC|BULLPEN|CLAUDE)_/.test(name)),
  );
  return spawn(process.execPath, [MAIN, ...args], {
    env: { ...inherited, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
