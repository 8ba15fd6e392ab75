import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { ConfigError } from '../config/error.ts';
import { readConfig } from '../config/read-config.ts';
import type { Sources } from '../config/sources.ts';
import { createLog, type Log } from '../log.ts';
import { SandboxUnavailable } from '../sandbox/detect.ts';
import { StoreRefusedError, StoreUnavailableError } from '../store/store.ts';
import { announcement } from './announcement.ts';
import { listenForStop } from './stop-signals.ts';

const FAILED = 1;
const WRONG_USAGE = 2;

/** Starts the server, tells the person how to use it, and stops it at a signal. Sets the exit code; never exits. */
export async function serve(sources: Sources): Promise<void> {
  try {
    const config = readConfig(sources);
    await runServer(config, createLog({ level: config.logLevel, format: config.logFormat }));
  } catch (error) {
    const [sentence, code] = explain(error);
    if (!sentence) throw error;
    process.stderr.write(`bullpen: ${sentence}\n`);
    process.exitCode = code;
  }
}

async function runServer(config: Config, log: Log): Promise<void> {
  keepTemporaryFilesIn(config.dataDir);
  using stop = listenForStop();
  const { createServer } = await import('../server.ts');
  const server = await createServer(config, { log });
  process.stdout.write(announcement(config, server));
  if (config.corsOrigins.includes('null')) {
    log.warn(
      'cors-origins has null: any file and sandboxed frame that a browser opens may call this server.',
    );
  }
  await stop.first;
  log.info('Stopping. Runs may go on for a while; a second signal ends them at once.');
  await Promise.race([server.close(), stop.second.then(() => server.close({ force: true }))]);
}

/**
 * The agent SDK puts files of a resumed conversation into the temporary directory. Inside the data dir the server
 * finds what a crash left of them.
 */
function keepTemporaryFilesIn(dataDir: string): void {
  const directory = join(dataDir, 'tmp');
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(`data-dir is ${dataDir}, which cannot be written to; choose another directory.`, {
      cause: error,
    });
  }
  process.env['TMPDIR'] = directory;
}

/** The sentence and the exit code for what a person can put right; no sentence for a bug. */
function explain(error: unknown): [sentence: string | undefined, code: number] {
  if (error instanceof ConfigError) return [error.message, WRONG_USAGE];
  if (error instanceof StoreRefusedError) return [error.message, FAILED];
  if (error instanceof StoreUnavailableError) {
    return [`${error.message} Check database-url, or data-dir when there is none.`, FAILED];
  }
  if (error instanceof SandboxUnavailable) {
    return [
      `sandbox is ${error.kind}, which does not work here: ${error.message}. Choose auto, or put that right.`,
      FAILED,
    ];
  }
  if (!(error instanceof Error) || !('code' in error)) return [undefined, FAILED];
  if ('path' in error) {
    return [
      `${String(error.path)} cannot be used (${String(error.code)}); check data-dir and who owns it.`,
      FAILED,
    ];
  }
  const place =
    'address' in error && 'port' in error
      ? `${String(error.address)}, port ${String(error.port)}`
      : 'the address';
  switch (error.code) {
    case 'EADDRINUSE':
      return [`Something else listens on ${place}; choose another --port (0 takes any free one).`, FAILED];
    case 'EACCES':
      return [`This user may not listen on ${place}; choose a --port above 1023.`, FAILED];
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return [`The host is no address of this machine; choose another --host.`, FAILED];
    default:
      return [undefined, FAILED];
  }
}
