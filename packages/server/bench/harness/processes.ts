import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));
const PROGRAMS = new URL('../programs/', import.meta.url);
/** Those that still run: they end with this process, however it ends. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});
const STOP_MS = 10_000;
/** Ticks of /proc/PID/stat per second: USER_HZ, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** A process that this run started and that answers on `url`. */
export interface Service {
  url: string;
  pid: number;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Where servers that are started from now on leave a CPU profile when they stop; undefined: none. */
let profileDirectory: string | undefined;
export function profileServers(directory: string | undefined): void {
  profileDirectory = directory;
}

/** `bullpen serve` with its data in `dataDir`, talking to the model at `modelUrl`. */
export async function startBullpen(
  dataDir: string,
  modelUrl: string,
  flags: string[] = [],
): Promise<Service> {
  const profile = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
  return startService(
    [
      ...profile,
      MAIN,
      'serve',
      '--port',
      '0',
      '--data-dir',
      dataDir,
      '--log-level',
      'error',
      '--shutdown-grace',
      '0s',
      ...flags,
    ],
    { ANTHROPIC_BASE_URL: modelUrl, ANTHROPIC_API_KEY: 'sk-bench' },
  );
}

/** One of programs/. */
export async function startProgram(
  name: string,
  args: string[] = [],
  env: Record<string, string> = {},
): Promise<Service> {
  return startService([fileURLToPath(new URL(`${name}.js`, PROGRAMS)), ...args], env);
}

/** One of programs/, to its end. */
export function runProgram(name: string, args: string[]): Promise<void> {
  return runNode([fileURLToPath(new URL(`${name}.js`, PROGRAMS)), ...args]);
}

/** Node with these arguments, to its end. */
export async function runNode(args: string[]): Promise<void> {
  const [code] = (await once(spawnNode(args, {}), 'exit')) as [number | null];
  if (code !== 0) throw new Error(`node ${args.join(' ')} ended with ${code}`);
}

/** CPU seconds that a process (all its threads) has used. */
export function readCpuSeconds(pid: number): number {
  const fields = readStat(pid);
  return fields ? (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND : 0;
}

/** The living descendants of a process. */
export function listDescendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = Number(readStat(Number(name))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [...(children.get(pid) ?? [])];
  for (const child of found) found.push(...(children.get(child) ?? []));
  return found;
}

export function readResidentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function startService(args: string[], env: Record<string, string>): Promise<Service> {
  const child = spawnNode(args, env);
  try {
    return { url: await readUrl(child), pid: child.pid ?? 0, [Symbol.asyncDispose]: () => stop(child) };
  } catch (error) {
    await stop(child);
    throw error;
  }
}

function spawnNode(args: string[], env: Record<string, string>): ChildProcess {
  const { PATH = '', TMPDIR = '/tmp' } = process.env;
  const child = spawn(process.execPath, args, {
    env: { PATH, TMPDIR, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** What it says on standard output up to its address; the rest is read and dropped. */
function readUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-4096);
      const url = /listening on (http:\S+)/.exec(output)?.[1];
      if (url) resolve(url);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`${child.spawnargs.join(' ')} ended: ${output}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const inTime = await Promise.race([exited.then(() => true), sleep(STOP_MS, false, { ref: false })]);
  if (inTime) return;
  child.kill('SIGKILL');
  await exited;
}

/** The fields after the name, which may hold spaces: [0] state, [1] ppid, [11] utime, [12] stime. */
function readStat(pid: number): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
