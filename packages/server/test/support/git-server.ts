import { execFile, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const GIT_TOKEN = 'ghp_a-secret-token';

/** A git server over HTTP, as GitHub is one: whatever its repository is called, it is the same one. */
export interface GitServer extends AsyncDisposable {
  /** Of the repository: it wants the token. */
  url: string;
  /** The commits of its branches, and one that no branch has. */
  commits: { main: string; dev: string; lost: string };
  /** Answers this status to whatever it is asked; undefined: as it should. */
  status: number | undefined;
  /** Lets requests for the bytes of a repository wait for this. */
  hold: Promise<void> | undefined;
  /** How many requests for bytes have come. */
  fetches: number;
}

export async function startGitServer(): Promise<GitServer> {
  const root = await mkdtemp(join(tmpdir(), 'bullpen-git-'));
  const commits = await makeRepository(root);
  const server = createServer((request, response) => {
    void answer(root, state, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const state: GitServer = {
    url: `http://127.0.0.1:${port}/acme/rockets.git`,
    commits,
    status: undefined,
    hold: undefined,
    fetches: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await rm(root, { recursive: true, force: true });
    },
  };
  return state;
}

/** With all that a clone must not run or fetch. */
async function makeRepository(root: string): Promise<GitServer['commits']> {
  const work = join(root, 'work');
  const git = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: process.env['PATH'],
      HOME: root,
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'Somebody'],
          [`GIT_${who}_EMAIL`, 'somebody@example.com'],
        ]),
      ),
    };
    return (await run('git', ['-C', work, ...args], { env })).stdout.trim();
  };
  const commit = async (name: string, content: string): Promise<string> => {
    await mkdir(dirname(join(work, name)), { recursive: true });
    await writeFile(join(work, name), content);
    await git('add', '--all');
    await git('commit', '--quiet', '--message', name);
    return git('rev-parse', 'HEAD');
  };
  await mkdir(work);
  await git('init', '--quiet', '--initial-branch', 'main');
  await commit('.gitattributes', '*.bin filter=lfs diff=lfs merge=lfs -text\n');
  await commit('big.bin', 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n');
  await commit('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = http://127.0.0.1:9/sub.git\n');
  await commit('README.md', 'main');
  await mkdir(join(work, 'sub'));
  await git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
  await git('commit', '--quiet', '--message', 'sub');
  const main = await git('rev-parse', 'HEAD');
  await git('checkout', '--quiet', '-b', 'dev');
  const dev = await commit('src/dev.txt', 'dev');
  await git('checkout', '--quiet', '-b', 'gone');
  const lost = await commit('lost.txt', 'lost');
  await git('checkout', '--quiet', 'main');
  await run('git', ['clone', '--quiet', '--bare', work, join(root, 'rockets.git')]);
  await run('git', ['-C', join(root, 'rockets.git'), 'update-ref', '-d', 'refs/heads/gone']);
  await run('git', ['-C', join(root, 'rockets.git'), 'config', 'uploadpack.allowAnySHA1InWant', 'true']);
  return { main, dev, lost };
}

async function answer(
  root: string,
  state: GitServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const wanted = `Basic ${Buffer.from(`x-access-token:${GIT_TOKEN}`).toString('base64')}`;
  const isAllowed = request.headers.authorization === wanted;
  if (state.status !== undefined || !isAllowed) {
    response.writeHead(state.status ?? 401, { 'www-authenticate': 'Basic realm="git"' });
    // What a clone must not repeat.
    response.end(`You sent ${request.headers.authorization}`);
    return;
  }
  const url = new URL(request.url ?? '', 'http://localhost');
  if (request.method === 'POST') {
    state.fetches++;
    await state.hold;
  }
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: url.pathname.replace('/acme', ''),
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'],
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'],
      HTTP_GIT_PROTOCOL: [request.headers['git-protocol']].flat()[0],
    },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
  const output = Buffer.concat(chunks);
  const end = output.indexOf('\r\n\r\n');
  for (const line of output.subarray(0, end).toString().split('\r\n')) {
    const [name = '', value = ''] = line.split(': ');
    if (name === 'Status') response.statusCode = Number.parseInt(value, 10);
    else response.setHeader(name, value);
  }
  response.end(output.subarray(end + 4));
}
