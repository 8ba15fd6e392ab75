import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { killAll, killGroup, listMarkedTrees, listTree, signal, TREE_MARK } from '../sandbox/process-tree.ts';
import type { Command, FileView, Sandbox } from '../sandbox/sandbox.ts';
import type { Log } from '../log.ts';

const STDERR_TAIL = 4096;
const NICENESS = 10;

export interface ProcessRequest {
  command: Command;
  cwd: string;
  env: Record<string, string>;
  sandbox: Sandbox;
  view: FileView;
  /** Memory of each process, bytes; 0: no cap. */
  memoryBytes: number;
  /** Names this process and all it starts; unique. */
  mark: string;
  log: Log;
}

/** How a process ended. */
export interface ProcessExit {
  code: number | null;
  signal: NodeJS.Signals | null;
  /** Set when it never started: the code of the system (`ENOENT`, …). */
  spawnError: string | undefined;
  /** The end of what it wrote to stderr. */
  stderr: string;
}

/** A process with everything it starts. Created running; `kill` or its own end lead to `gone`. */
export class HeldProcess {
  readonly child: ChildProcessWithoutNullStreams;
  /** Resolves when nothing of the tree is left. Never rejects. */
  readonly gone: Promise<ProcessExit>;
  readonly #request: ProcessRequest;
  #stderr = '';
  #known: Awaited<ReturnType<typeof listTree>> = [];
  #sweeping: Promise<void> | undefined;

  constructor(request: ProcessRequest) {
    this.#request = request;
    const { file, args } = request.sandbox.wrap(
      capMemory(request.command, request.memoryBytes),
      request.view,
    );
    // A group of its own, so that a Ctrl-C in the server's terminal does not reach it.
    this.child = spawn(file, args, {
      cwd: request.cwd,
      env: { ...request.env, [TREE_MARK]: request.mark },
      stdio: 'pipe',
      detached: true,
    });
    if (this.child.pid !== undefined) yieldToServer(this.child.pid);
    this.child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_TAIL);
      request.log.debug({ stderr: text.trimEnd() }, 'The agent process wrote to stderr.');
    });
    this.gone = this.#ended().then(async (exit) => {
      await this.#sweep();
      return { ...exit, stderr: this.#stderr };
    });
  }

  /** Undefined once it has ended: the number may be another's then. */
  get pid(): number | undefined {
    return this.#isRunning ? this.child.pid : undefined;
  }

  get #isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Notes who belongs to the tree, for the case that its root ends before the rest. */
  async note(): Promise<void> {
    if (this.pid !== undefined) this.#known = await listTree(this.pid);
  }

  /** Kills the tree; resolves when nothing of it is left. */
  async kill(): Promise<void> {
    await this.#sweep();
    await this.gone;
  }

  #ended(): Promise<Omit<ProcessExit, 'stderr'>> {
    return new Promise((resolve) => {
      this.child.once('exit', (code, name) => resolve({ code, signal: name, spawnError: undefined }));
      this.child.on('error', (error: NodeJS.ErrnoException) => {
        if (this.child.pid === undefined)
          resolve({ code: null, signal: null, spawnError: error.code ?? error.name });
      });
    });
  }

  #sweep(): Promise<void> {
    this.#sweeping ??= this.#sweepOnce();
    return this.#sweeping;
  }

  async #sweepOnce(): Promise<void> {
    const { pid } = this.child;
    if (pid === undefined) return;
    const { sandbox, mark, log } = this.#request;
    if (!sandbox.ownsTree) killGroup(pid, !this.#isRunning);
    const isGone = await killAll(async () => [
      ...this.#known.splice(0),
      ...(this.#isRunning ? await listTree(pid) : []),
      ...(sandbox.ownsTree ? [] : await listMarkedTrees(mark)),
    ]);
    if (this.#isRunning) signal(pid, 'SIGKILL');
    if (!isGone) log.error({ pid }, 'A part of an agent process tree could not be killed.');
  }
}

/** RLIMIT_DATA counts what a process really asked for; its address space is far larger and says nothing. */
function capMemory(command: Command, bytes: number): Command {
  if (bytes === 0) return command;
  const script = `ulimit -d ${Math.floor(bytes / 1024)}; exec "$@"`;
  return { file: '/bin/sh', args: ['-c', script, 'sh', command.file, ...command.args] };
}

/**
 * Agents take a processor before the server does only when it is idle: however busy they are, requests are answered.
 * Linux may weigh sessions of processes against each other, and agents are in sessions of their own; there the
 * session's own value counts.
 */
function yieldToServer(pid: number): void {
  try {
    setPriority(pid, NICENESS);
    writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS));
  } catch {
    // It has ended already, or the system knows no such thing.
  }
}
