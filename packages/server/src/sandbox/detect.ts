import { execFile } from 'node:child_process';
import { access, constants, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';
import { promisify } from 'node:util';
import { SECOND } from '../lib/duration.ts';
import { createBubblewrap } from './bubblewrap.ts';
import { processGroup } from './process-group.ts';
import type { Sandbox } from './sandbox.ts';

const TRIAL_TIMEOUT_MS = 10 * SECOND;
/** In a namespace of its own a shell has one of the first process ids. */
const MAX_INNER_PID = 20;

/** The operator demands a sandbox that this machine does not give. */
export class SandboxUnavailable extends Error {
  override name = 'SandboxUnavailable';
}

export interface DetectedSandbox {
  sandbox: Sandbox;
  /** Why it is not the stronger one; worth a line in the log. */
  reason: string | undefined;
}

/**
 * The strongest sandbox that is wished for and really works here: a trial run proves it. Throws SandboxUnavailable
 * when `wish` names one that does not work. `path`: where to look for programs, like PATH.
 */
export async function detectSandbox(
  wish: 'auto' | 'bubblewrap' | 'process-group',
  path: string,
): Promise<DetectedSandbox> {
  if (wish === 'process-group') return { sandbox: processGroup, reason: undefined };
  const found = await tryBubblewrap(path);
  if (typeof found !== 'string') return { sandbox: found, reason: undefined };
  if (wish === 'bubblewrap') throw new SandboxUnavailable(found);
  return { sandbox: processGroup, reason: found };
}

async function tryBubblewrap(path: string): Promise<Sandbox | string> {
  if (process.platform !== 'linux') return 'bubblewrap runs on Linux only';
  const file = await findProgram('bwrap', path);
  if (!file) return 'bubblewrap (bwrap) is not installed';
  const sandbox = createBubblewrap(file);
  const directory = await mkdtemp(join(tmpdir(), 'bullpen-trial-'));
  try {
    return (await passesTrial(sandbox, directory)) ?? sandbox;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** What is wrong with the sandbox; undefined when it holds what it promises. */
async function passesTrial(sandbox: Sandbox, directory: string): Promise<string | undefined> {
  const [own, tmp] = [join(directory, 'own'), join(directory, 'tmp')];
  await mkdir(own);
  await mkdir(tmp);
  await writeFile(join(directory, 'secret'), '');
  const script = 'echo $$; test ! -e "$1/secret" && echo proof > "$1/own/proof"';
  const { file, args } = sandbox.wrap(
    { file: '/bin/sh', args: ['-c', script, 'sh', directory] },
    { masked: [directory], tmp, writable: [own], readable: [] },
  );
  try {
    const { stdout } = await promisify(execFile)(file, args, { env: {}, timeout: TRIAL_TIMEOUT_MS });
    if (Number(stdout) > MAX_INNER_PID) return 'bubblewrap gave no process namespace';
    await access(join(own, 'proof'));
    return undefined;
  } catch (error) {
    return `bubblewrap does not work here: ${describe(error)}`;
  }
}

/** The first absolute path of `name` on `path` that can be run. */
async function findProgram(name: string, path: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter(isAbsolute)) {
    const file = join(directory, name);
    try {
      await access(file, constants.X_OK);
      return file;
    } catch {
      // Not here: the next one.
    }
  }
  return undefined;
}

function describe(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error);
  const stderr = 'stderr' in error ? String(error.stderr).trim() : '';
  return stderr || ('message' in error ? String(error.message) : 'unknown error');
}
