import { mkdir, mkdtemp, readdir, rename, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Checkout } from '../domain/session-resource.ts';
import { MINUTE, SECOND } from '../lib/duration.ts';
import { removeTree } from '../lib/files.ts';
import type { Git } from './git.ts';
import { RepositoryError } from './repository-error.ts';

export interface CloneRequest {
  url: string;
  token: string | null;
  checkout: Checkout | null;
  /** Where the clone is put when it is whole. It does not exist. */
  target: string;
  signal: AbortSignal;
}

export interface CloneContext {
  git: Git;
  limits: CloneLimits;
  /** Whether the disk has no room for more. */
  isFull(): boolean;
}

export interface CloneLimits {
  /** Of the history, and of what is checked out, each. */
  maxBytes: number;
  maxMs: number;
}

export const CLONE_LIMITS: CloneLimits = { maxBytes: 4 * 2 ** 30, maxMs: 10 * MINUTE };

const LOOK_MS = SECOND / 4;

/**
 * Clones a repository: without hooks, filters, submodules or large files (LFS). The token is in the environment of git, and
 * nowhere in the clone. Throws RepositoryError, GitMissing, and what `signal` was aborted with.
 */
export async function cloneRepository(context: CloneContext, request: CloneRequest): Promise<void> {
  const { target, signal } = request;
  const { maxMs } = context.limits;
  const directory = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  const late = AbortSignal.timeout(maxMs);
  try {
    await mkdir(join(directory, 'tmp'));
    await new Cloning(context, request, directory, AbortSignal.any([signal, late])).run();
    await rename(join(directory, 'repository'), target);
  } catch (error) {
    if (late.aborted && !signal.aborted)
      throw new RepositoryError('clone', `it took longer than ${maxMs / MINUTE} minutes`);
    throw error;
  } finally {
    await removeTree(directory);
  }
}

class Cloning {
  readonly #context: CloneContext;
  readonly #request: CloneRequest;
  readonly #directory: string;
  readonly #signal: AbortSignal;
  readonly #secrets: Record<string, string>;

  constructor(context: CloneContext, request: CloneRequest, directory: string, signal: AbortSignal) {
    this.#context = context;
    this.#request = request;
    this.#directory = directory;
    this.#signal = signal;
    this.#secrets = toSecrets(request);
  }

  async run(): Promise<void> {
    const { url } = this.#request;
    const how = ['--quiet', '--no-checkout', '--no-recurse-submodules', '--template='];
    await this.#fetch(['clone', ...how, '--', url, 'repository']);
    const commit = await this.#find();
    // An empty repository.
    if (commit === undefined) return;
    await this.#assertFits(commit);
    if (!(await this.#git(...this.#checkout(commit))))
      throw new RepositoryError('checkout', 'its files could not be checked out');
  }

  /** What is to be checked out; undefined: there is nothing. */
  async #find(): Promise<string | undefined> {
    const { checkout } = this.#request;
    if (checkout === null) return (await this.#has('HEAD')) ? 'HEAD' : undefined;
    if (checkout.type === 'branch') {
      const branch = `refs/remotes/origin/${checkout.name}`;
      if (await this.#has(branch)) return branch;
      throw new RepositoryError('checkout', `it has no branch ${checkout.name}`);
    }
    // It need not be on a branch.
    if (!(await this.#has(checkout.sha))) {
      await this.#fetch(['-C', 'repository', 'fetch', '--quiet', 'origin', checkout.sha]).catch((error) => {
        if (!(error instanceof RepositoryError)) throw error;
      });
    }
    if (await this.#has(checkout.sha)) return checkout.sha;
    throw new RepositoryError('checkout', `it has no commit ${checkout.sha}`);
  }

  #checkout(commit: string): string[] {
    const { checkout } = this.#request;
    const how = checkout === null ? [] : checkout.type === 'branch' ? ['-B', checkout.name] : ['--detach'];
    return ['checkout', '--quiet', '--force', ...how, commit, '--'];
  }

  #has(commit: string): Promise<boolean> {
    return this.#git('rev-parse', '--quiet', '--verify', `${commit}^{commit}`);
  }

  async #git(...args: string[]): Promise<boolean> {
    const call = { args: ['-C', 'repository', ...args], directory: this.#directory, signal: this.#signal };
    return (await this.#context.git.run(call)) === 0;
  }

  /** What talks to the server, with the token, as long as it does not bring too much. */
  async #fetch(args: string[]): Promise<void> {
    const { git, limits, isFull } = this.#context;
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#signal, stop.signal]);
    const watch = setInterval(() => {
      if (isFull()) stop.abort(new RepositoryError('clone', 'the disk of the server is nearly full'));
      void this.#measure().then((bytes) => {
        if (bytes > limits.maxBytes) stop.abort(tooLarge(limits));
      });
    }, LOOK_MS);
    try {
      const code = await git.run({ args, directory: this.#directory, secrets: this.#secrets, signal });
      if (code !== 0) throw new RepositoryError('clone', 'git could not clone it');
      if ((await this.#measure()) > limits.maxBytes) throw tooLarge(limits);
    } finally {
      clearInterval(watch);
    }
  }

  /** Of what has come so far. */
  async #measure(): Promise<number> {
    const packs = join(this.#directory, 'repository/.git/objects/pack');
    const names = await readdir(packs).catch(() => []);
    const sizes = names.map((name) =>
      stat(join(packs, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    );
    return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
  }

  /** Compressed, a few bytes can be very many. */
  async #assertFits(commit: string): Promise<void> {
    const { git, limits } = this.#context;
    const args = ['-C', 'repository', 'ls-tree', '-r', '-l', '--full-tree', commit];
    let bytes = 0;
    for await (const line of git.lines({ args, directory: this.#directory, signal: this.#signal })) {
      bytes += Number(/^\d+ blob [\da-f]+ +(\d+)\t/.exec(line)?.[1] ?? 0);
    }
    if (bytes > limits.maxBytes) throw tooLarge(limits);
  }
}

function tooLarge({ maxBytes }: CloneLimits): RepositoryError {
  return new RepositoryError('clone', `it has more than ${maxBytes} bytes`);
}

/** For this server alone, whatever it refers to. */
function toSecrets({ url, token }: CloneRequest): Record<string, string> {
  if (token === null) return {};
  return { [`http.${new URL(url).origin}/.extraHeader`]: `Authorization: ${toAuthorization(token)}` };
}

/** As GitHub wants it of a program; others look at the token only. */
export function toAuthorization(token: string): string {
  return `Basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`;
}
