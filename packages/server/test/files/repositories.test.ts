import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { SessionErrorEvent } from '#src/domain/managed-events.ts';
import type { RepositoryResource } from '#src/domain/session-resource.ts';
import { CLONE_LIMITS, type CloneLimits } from '#src/files/clone.ts';
import { createGit } from '#src/files/git.ts';
import { giveRepositories } from '#src/files/give-repositories.ts';
import { createLog } from '#src/log.ts';
import { detectSandbox } from '#src/sandbox/detect.ts';
import { createLocalWorkspaces } from '#src/workspace/local.ts';
import { GIT_TOKEN, startGitServer, type GitServer } from '../support/git-server.ts';
import { until } from '../support/until.ts';

const path = process.env['PATH'] ?? '';
const { sandbox } = await detectSandbox('auto', path);
const SECRETS = [GIT_TOKEN, Buffer.from(`x-access-token:${GIT_TOKEN}`).toString('base64')];
const run = promisify(execFile);

interface Options {
  token?: string | null;
  limits?: CloneLimits;
  signal?: AbortSignal;
  /** Where git is looked for. */
  programs?: string;
  /** Whether there is somebody who hears what could not be given. */
  tells?: boolean;
}

describe.skipIf(sandbox.kind !== 'bubblewrap')('the repositories of a session', () => {
  let server: GitServer;
  let root: string;
  let directory: string;
  let clones: string[] = [];
  beforeAll(async () => {
    server = await startGitServer();
    root = await mkdtemp(join(tmpdir(), 'bullpen-clones-'));
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });
  beforeEach(async () => {
    server.status = undefined;
    server.hold = undefined;
    directory = await mkdtemp(join(root, 'session-'));
  });

  /** What comes of giving a session one repository. */
  async function give(
    body: Partial<RepositoryResource> = {},
    {
      token = GIT_TOKEN,
      limits = CLONE_LIMITS,
      signal = new AbortController().signal,
      programs = path,
      tells = true,
    }: Options = {},
  ) {
    const errors: SessionErrorEvent[] = [];
    const logged: string[] = [];
    const resource = {
      id: 'repository',
      sessionId: 'session',
      body: {
        type: 'github_repository' as const,
        url: server.url,
        mountPath: '/workspace/rockets',
        checkout: null,
        ...body,
      },
      secret: token,
      createdAt: 0,
      updatedAt: 0,
    };
    const directories = { ...createLocalWorkspaces(root, root).directoriesOf('x'), repositories: directory };
    const log = createLog({ level: 'trace', format: 'json' }, { write: (line) => void logged.push(line) });
    const placements = await giveRepositories(
      { git: createGit({ sandbox, path: programs, masked: [root] }), limits, isFull: () => false, log },
      { directories, tell: tells ? (error) => errors.push(error) : undefined, signal },
      [resource],
    );
    const said = JSON.stringify([errors, logged]);
    for (const secret of SECRETS) expect(said).not.toContain(secret);
    clones = placements.map(({ mount }) => mount.source);
    return { mounts: placements.map(({ mount }) => mount), errors: errors.map(({ error }) => error) };
  }

  const clone = (...names: string[]): string => join(clones[0] ?? '/nowhere', ...names);
  const git = async (...args: string[]): Promise<string> =>
    (await run('git', ['-C', clone(), ...args])).stdout.trim();

  it('are cloned whole, on their own branch, and are there from then on', async () => {
    const given = await give();
    expect(given).toEqual({
      mounts: [{ source: clone(), path: '/workspace/rockets', isWritable: true }],
      errors: [],
    });
    expect(dirname(clone())).toBe(directory);
    expect(await git('rev-parse', 'HEAD')).toBe(server.commits.main);
    expect(await git('status', '--porcelain', '--branch')).toBe('## main...origin/main');
    expect(await git('remote', 'get-url', 'origin')).toBe(server.url);
    expect(await readFile(clone('README.md'), 'utf8')).toBe('main');
    expect(await readdir(directory)).toEqual([basename(clone())]);
    const { fetches } = server;
    expect(await give()).toEqual(given);
    expect(server.fetches).toBe(fetches);
  });

  it('run and fetch nothing else: no hooks, no filters, no submodules', async () => {
    await give();
    expect(await readFile(clone('big.bin'), 'utf8')).toContain('git-lfs');
    expect(await readdir(clone('sub'))).toEqual([]);
    expect(await readdir(clone('.git'))).not.toContain('hooks');
    expect(await git('config', '--local', '--list')).not.toMatch(/lfs|hook|extraheader/i);
  });

  it.each([
    ['a branch', { type: 'branch' as const, name: 'dev' }, 'dev', '## dev...origin/dev'],
    ['a commit', 'main' as const, 'main', '## HEAD (no branch)'],
    ['a commit that no branch has', 'lost' as const, 'lost', '## HEAD (no branch)'],
  ] as const)('can be had at %s', async (_name, at, commit, status) => {
    const checkout = typeof at === 'string' ? { type: 'commit' as const, sha: server.commits[at] } : at;
    expect((await give({ checkout })).errors).toEqual([]);
    expect(await git('rev-parse', 'HEAD')).toBe(server.commits[commit]);
    expect(await git('status', '--porcelain', '--branch')).toBe(status);
  });

  it('leave their token in the environment of git, and nowhere else', async () => {
    let release = (): void => undefined;
    server.hold = new Promise((resolve) => (release = resolve));
    const { fetches } = server;
    const giving = give();
    await until('it is fetched', () => server.fetches > fetches);
    const [seen, held] = await Promise.all([readProcesses('cmdline'), readProcesses('environ')]);
    release();
    await giving;
    // It was there to be seen.
    expect(held.some((text) => SECRETS.some((secret) => text.includes(secret)))).toBe(true);
    expect(seen.some((text) => text.includes(server.url))).toBe(true);
    for (const secret of SECRETS) {
      expect(seen.filter((text) => text.includes(secret))).toEqual([]);
      await expect(run('grep', ['-r', '--', secret, directory])).rejects.toMatchObject({ code: 1 });
    }
  });

  it.each([
    ['authentication', 'a wrong token', undefined, { token: 'wrong' }],
    ['authentication', 'no token', undefined, { token: null }],
    ['forbidden', 'a token that may not', 403, {}],
    ['not_found', 'none that could be seen', 404, {}],
    ['clone', 'a server in trouble', 500, {}],
    ['clone', 'no git on this machine', undefined, { programs: '/nowhere' }],
    ['clone', 'too much in it', undefined, { limits: { maxBytes: 100, maxMs: 60_000 } }],
    ['clone', 'no end', undefined, { limits: { maxBytes: 1e9, maxMs: 1 } }],
  ])('are missed, and a %s error says so, with %s', async (reason, _name, status, options) => {
    server.status = status;
    const { mounts, errors } = await give({}, options);
    expect(mounts).toEqual([]);
    expect(errors).toMatchObject([
      {
        type: `repository_${reason}_error`,
        repository_url: server.url,
        message: expect.any(String) as string,
      },
    ]);
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['branch', { type: 'branch' as const, name: 'missing' }],
    ['commit', { type: 'commit' as const, sha: '0'.repeat(40) }],
  ])('are missed when they do not have that %s', async (_name, checkout) => {
    const { errors } = await give({ checkout });
    expect(errors).toMatchObject([{ type: 'repository_checkout_error' }]);
    expect(await readdir(directory)).toEqual([]);
  });

  it('are missed when their server is away, and tried again the next time, with the token of then', async () => {
    const away = await give({ url: 'http://127.0.0.1:9/acme/rockets' });
    expect(away.errors).toMatchObject([{ type: 'repository_clone_error' }]);
    expect((await give({}, { token: 'old' })).errors).toMatchObject([
      { type: 'repository_authentication_error' },
    ]);
    expect((await give()).errors).toEqual([]);
  });

  it('are left alone by whoever only looks', async () => {
    expect(await give({}, { tells: false })).toEqual({ mounts: [], errors: [] });
    await give();
    expect((await give({}, { tells: false })).mounts).toHaveLength(1);
  });

  it('are not waited for when the run is stopped, and nothing of git is left', async () => {
    server.hold = new Promise(() => undefined);
    const stop = new AbortController();
    const { fetches } = server;
    const giving = give({}, { signal: stop.signal });
    await until('it is fetched', () => server.fetches > fetches);
    stop.abort(new Error('stopped'));
    await expect(giving).rejects.toThrow('stopped');
    expect(await readdir(directory)).toEqual([]);
    await until('git is gone', async () =>
      (await readProcesses('cmdline')).every((text) => !text.includes(directory)),
    );
  });

  it('lose what a crash left of a clone, and the clones of those that were taken away', async () => {
    await mkdir(join(directory, '.repository-x'));
    await mkdir(join(directory, 'another'));
    await give();
    expect(await readdir(directory)).toEqual([basename(clone())]);
  });
});

/** A file of every process that can be read. */
async function readProcesses(name: 'cmdline' | 'environ'): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((pid) => /^\d+$/.test(pid) && Number(pid) !== process.pid);
  const texts = pids.map((pid) => readFile(`/proc/${pid}/${name}`, 'latin1').catch(() => ''));
  return (await Promise.all(texts)).filter(Boolean);
}
