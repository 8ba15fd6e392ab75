import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Clock } from '../lib/clock.ts';
import { MINUTE, SECOND } from '../lib/duration.ts';
import type { Log } from '../log.ts';

const run = promisify(execFile);

const LOOK_MS = 5 * SECOND;
const DATABASE_MS = MINUTE;
const WORKSPACES_MS = 10 * MINUTE;
/** Measuring workspaces reads every directory: of the time it may take at most this part. */
const MEASURING = 1 / 50;

/** What is used and what is left, as it was a moment ago. Null: not known yet, or not to be had on this system. */
export interface DiskUse {
  /** On the disk of the data dir, for this user. */
  freeBytes: number | null;
  /** The size of that disk. */
  totalBytes: number | null;
  databaseBytes: number | null;
  /** Of all sessions on this server: their own directories and the outputs kept beside the logs. */
  workspacesBytes: number | null;
  workspacesMeasuredAt: number | null;
}

const NOTHING_KNOWN: DiskUse = {
  freeBytes: null,
  totalBytes: null,
  databaseBytes: null,
  workspacesBytes: null,
  workspacesMeasuredAt: null,
};

export interface DiskContext {
  dataDir: string;
  /** Where sessions have their directories. */
  sessionsDir: string;
  databaseBytes(): Promise<number>;
  /** With less free space the disk is low; 0: never. */
  minFreeBytes: number;
  clock: Clock;
  log: Log;
}

/** Watches the disk in the background, so that nobody who asks has to wait. */
export class Disk {
  readonly #context: DiskContext;
  readonly #stopping = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  #use: DiskUse = NOTHING_KNOWN;
  #isLow = false;

  constructor(context: DiskContext) {
    this.#context = context;
  }

  get use(): DiskUse {
    return this.#use;
  }

  get minFreeBytes(): number {
    return this.#context.minFreeBytes;
  }

  /** Too little is free for new work. */
  get isLow(): boolean {
    return this.#isLow;
  }

  /** Resolves when it is known what is free; goes on until it is stopped. */
  async start(): Promise<void> {
    await this.#look();
    this.#repeat(() => this.#look().then(() => LOOK_MS), LOOK_MS);
    this.#repeat(() => this.#measureDatabase().then(() => DATABASE_MS), SECOND);
    this.#repeat(() => this.#measureWorkspaces(), SECOND);
  }

  stop(): void {
    this.#stopping.abort();
    for (const timer of this.#timers) clearTimeout(timer);
  }

  /** Does `work` after `afterMs`, and again after the time that it gives each time. */
  #repeat(work: () => Promise<number>, afterMs: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work().then((ms) => {
        if (!this.#stopping.signal.aborted) this.#repeat(work, ms);
      });
    }, afterMs).unref();
    this.#timers.add(timer);
  }

  async #look(): Promise<void> {
    const { dataDir, minFreeBytes, log } = this.#context;
    try {
      const { bavail, blocks, bsize } = await statfs(dataDir);
      const freeBytes = bavail * bsize;
      this.#use = { ...this.#use, freeBytes, totalBytes: blocks === 0 ? null : blocks * bsize };
      const isLow = freeBytes < minFreeBytes;
      if (isLow !== this.#isLow) {
        if (isLow) log.error({ freeBytes, minFreeBytes }, 'The disk is nearly full: no new work is taken.');
        else log.info({ freeBytes }, 'The disk has room again.');
      }
      this.#isLow = isLow;
    } catch (error) {
      log.warn({ err: error }, 'The free disk space could not be read.');
    }
  }

  async #measureDatabase(): Promise<void> {
    try {
      this.#use = { ...this.#use, databaseBytes: await this.#context.databaseBytes() };
    } catch (error) {
      this.#context.log.debug({ err: error }, 'The size of the database could not be read.');
    }
  }

  /** Gives the time after which to measure again. */
  async #measureWorkspaces(): Promise<number> {
    const { sessionsDir, clock } = this.#context;
    const startedAt = clock.monotonic();
    const workspacesBytes = await measureTree(sessionsDir, this.#stopping.signal);
    if (workspacesBytes !== undefined) {
      this.#use = { ...this.#use, workspacesBytes, workspacesMeasuredAt: clock.now() };
    }
    return Math.max(WORKSPACES_MS, (clock.monotonic() - startedAt) / MEASURING);
  }
}

/** What a directory takes on disk, counted by another program so that it costs this one nothing. */
async function measureTree(path: string, signal: AbortSignal): Promise<number | undefined> {
  // Only what `du` needs: an environment of ours would make it look like a process of an agent.
  const env = { PATH: '/usr/bin:/bin' };
  const { stdout } = await run('nice', ['-n', '19', 'du', '-sk', '.'], { cwd: path, env, signal }).catch(
    // It also complains of what was removed while it looked.
    (error: unknown) => ({ stdout: readOutput(error) }),
  );
  const kilobytes = /^\d+/.exec(stdout)?.[0];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

function readOutput(error: unknown): string {
  const { stdout } = (error ?? {}) as { stdout?: unknown };
  return typeof stdout === 'string' ? stdout : '';
}
