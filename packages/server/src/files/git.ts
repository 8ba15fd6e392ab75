import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { findProgram } from '../lib/find-program.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';

export interface GitContext {
  sandbox: Sandbox;
  /** Where to look for git, like PATH. */
  path: string;
  /** Directories that git does not see. */
  masked: readonly string[];
}

/** Something that git is to do in a directory of its own. */
export interface GitCall {
  args: readonly string[];
  /** With `tmp` in it, which is its `/tmp`. */
  directory: string;
  /** Configuration for this call alone, that nobody else is to see. */
  secrets?: Record<string, string> | undefined;
  signal: AbortSignal;
}

export class GitMissing extends Error {
  override name = 'GitMissing';
}

/** What git says to people is not heard: a server may have put into it whatever it likes. */
export interface Git {
  /** Resolves with git's exit code, when it is gone. Throws GitMissing, and what `signal` was aborted with. */
  run(call: GitCall): Promise<number | null>;
  /** The lines of its answer, whether it ends well or not. Throws the same. */
  lines(call: GitCall): AsyncIterable<string>;
}

/** No program is run for a repository, and nothing of the machine's configuration is used. */
const CONFIG = {
  'core.hooksPath': '/dev/null',
  'core.attributesFile': '/dev/null',
  'core.fsmonitor': 'false',
  'submodule.recurse': 'false',
  'fetch.recurseSubmodules': 'false',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  // A server that does not go on.
  'http.lowSpeedLimit': '1',
  'http.lowSpeedTime': '60',
};

const ENVIRONMENT = {
  HOME: '/tmp',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_ALLOW_PROTOCOL: 'http:https',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
};

/** git, held like an agent: what it reads is the work of strangers. A sandbox that owns its tree is wanted. */
export function createGit({ sandbox, path, masked }: GitContext): Git {
  async function start(call: GitCall, stdout: 'ignore' | 'pipe'): Promise<ChildProcess> {
    const { args, directory, secrets = {}, signal } = call;
    const file = await findProgram('git', path);
    if (file === undefined) throw new GitMissing();
    signal.throwIfAborted();
    const command = sandbox.wrap(
      { file, args: [...args] },
      { masked: [...masked], tmp: `${directory}/tmp`, writable: [directory], readable: [] },
    );
    return spawn(command.file, command.args, {
      cwd: directory,
      env: { PATH: path, ...ENVIRONMENT, ...toVariables({ ...CONFIG, ...secrets }) },
      stdio: ['ignore', stdout, 'ignore'],
      // A Ctrl-C in the server's terminal is not for it.
      detached: true,
      signal,
      killSignal: 'SIGKILL',
    });
  }

  return {
    async run(call) {
      return ended(await start(call, 'ignore'), call.signal);
    },
    async *lines(call) {
      const child = await start(call, 'pipe');
      const end = ended(child, call.signal);
      end.catch(() => undefined);
      if (child.stdout) yield* createInterface({ input: child.stdout });
      await end;
    },
  };
}

/** Configuration as git reads it from its environment: a command line could be seen by others. */
function toVariables(config: Record<string, string>): Record<string, string> {
  const entries = Object.entries(config);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, key],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]),
  ]) as Record<string, string>;
}

function ended(child: ChildProcess, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      // One that was aborted still has to go.
      if (child.pid === undefined) reject(error);
    });
    child.once('close', (code) => {
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(code);
    });
  });
}
