import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { ConfigError } from '../config/error.ts';
import { readConfig } from '../config/read-config.ts';
import type { Sources } from '../config/sources.ts';
import { createLog, type Log } from '../log.ts';
import { announcement } from './announcement.ts';
import { reportFailure } from './failure.ts';
import { listenForStop } from './stop-signals.ts';

/** Starts the server, tells the person how to use it, and stops it at a signal. Sets the exit code; never exits. */
export async function serve(sources: Sources): Promise<void> {
  await reportFailure(async () => {
    const config = readConfig(sources);
    await runServer(config, createLog({ level: config.logLevel, format: config.logFormat }));
  });
}

async function runServer(config: Config, log: Log): Promise<void> {
  keepTemporaryFilesIn(config.dataDir);
  using stop = listenForStop();
  const { createServer } = await import('../server.ts');
  const server = await createServer(config, { log });
  process.stdout.write(announcement(config, server, { isTerminal: process.stdout.isTTY }));
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
