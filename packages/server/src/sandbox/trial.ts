import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECOND } from '../lib/duration.ts';
import { killAll, listMarked, TREE_MARK } from './process-tree.ts';
import type { Sandbox } from './sandbox.ts';

/** Until it has begun; and until all of it is gone, once the one that started it is dead: a machine may be busy. */
const BEGINS_WITHIN_MS = 10 * SECOND;
const ENDS_WITHIN_MS = 10 * SECOND;
/** In a namespace of its own a shell has one of the first process ids. */
const MAX_INNER_PID = 20;

/** Starts the sandbox, as the server would, and dies. */
const SERVER = '"$@" & wait';
/** Looks around, leaves an orphan, says its id and stays. */
const AGENT =
  'test -e "$1/secret" || test -e "$1/own" || echo hidden > /mnt/session/outputs/proof; (sleep 60 &); echo $$; sleep 60';

/** Proves by a run that a sandbox keeps its promises. What is wrong with it; undefined: nothing. `path`: PATH. */
export async function findFault(
  sandbox: Sandbox,
  path: string,
  endsWithinMs = ENDS_WITHIN_MS,
): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-trial-'));
  try {
    const fault = await tryIn(directory, sandbox, { path, endsWithinMs });
    if (fault) await killAll(() => listMarked(directory));
    return fault;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function tryIn(
  directory: string,
  sandbox: Sandbox,
  { path, endsWithinMs }: { path: string; endsWithinMs: number },
): Promise<string | undefined> {
  const [own, tmp] = [join(directory, 'own'), join(directory, 'tmp')];
  await mkdir(own);
  await mkdir(tmp);
  await writeFile(join(directory, 'secret'), '');
  const { file, args } = sandbox.wrap(
    { file: '/bin/sh', args: ['-c', AGENT, 'sh', directory] },
    {
      masked: [directory],
      tmp,
      writable: [],
      readable: [],
      mounts: [{ source: own, path: '/mnt/session/outputs', isWritable: true }],
    },
  );
  const server = spawn('/bin/sh', ['-c', SERVER, 'sh', file, ...args], {
    env: { [TREE_MARK]: directory, PATH: path },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let complaint = '';
  server.once('error', (error) => (complaint += error.message));
  server.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  // Everything in the sandbox has this pipe open, so its end is the end of all of them.
  const ended = once(server.stdout, 'close').then(() => true);
  const began = once(server.stdout.setEncoding('utf8'), 'data').then(([text]) => Number(text));
  const innerPid = await within(Promise.race([began, ended.then(() => undefined)]), BEGINS_WITHIN_MS);
  if (innerPid === undefined) {
    server.kill('SIGKILL');
    return `does not work here: ${complaint.trim() || 'it did not run a shell'}`;
  }
  server.kill('SIGKILL');
  if (innerPid > MAX_INNER_PID) return 'gave no process namespace';
  if (sandbox.hidesFiles && !(await exists(join(own, 'proof'))))
    return 'does not hide files, or show them elsewhere';
  if (!(await within(ended, endsWithinMs))) return 'outlives the one that started it';
  return undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Undefined: not within the time. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => (timer = setTimeout(() => resolve(undefined), ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
