import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';
import { TREE_MARK } from './process-tree.ts';
import { END, TRIAL, trialMark } from './warden-protocol.ts';

const PROGRAM = fileURLToPath(new URL('./warden-process.js', import.meta.url));
const TRIAL_MS = 5 * SECOND;
const END_MS = 5 * SECOND;

/** Ends what agents leave running when the server is killed; for a sandbox that does not. Dispose it last of all. */
export interface Warden {
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Starts the warden of everything that carries `mark`, and proves that it works: it has to kill something that we
 * start for that. Gives the reason when it does not.
 */
export async function startWarden(mark: string, log: Log): Promise<Warden | string> {
  // It goes by the environment of processes, which only Linux shows.
  if (process.platform !== 'linux') return 'only Linux has a warden';
  // In a session of its own, so that a Ctrl-C in the server's terminal does not reach it.
  const child = spawn(process.execPath, [PROGRAM, mark], {
    cwd: '/',
    env: {},
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  let isEnding = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  // What it did not hear of it need not do: it has ended.
  child.stdin.on('error', () => undefined);
  const end = async (): Promise<void> => {
    isEnding = true;
    child.stdin.end(`${END}\n`);
    const timer = setTimeout(() => child.kill('SIGKILL'), END_MS);
    await gone;
    clearTimeout(timer);
  };
  if (!(await passesTrial(mark, () => child.stdin.write(`${TRIAL}\n`)))) {
    await end();
    return 'the warden does not find processes by their mark';
  }
  void gone.then(() => {
    if (!isEnding)
      log.error('The warden has ended: if the server is killed, agents may go on until it starts again.');
  });
  return { [Symbol.asyncDispose]: end };
}

async function passesTrial(mark: string, begin: () => void): Promise<boolean> {
  // It ends by itself when the pipe closes.
  const prey = spawn('/bin/sh', ['-c', 'read line'], {
    env: { [TREE_MARK]: trialMark(mark) },
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  const timer = setTimeout(() => prey.kill('SIGTERM'), TRIAL_MS);
  begin();
  try {
    await once(prey, 'exit');
    return prey.signalCode === 'SIGKILL';
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
