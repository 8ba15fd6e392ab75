import { readConfig } from '../config/read-config.ts';
import type { Sources } from '../config/sources.ts';
import { systemClock } from '../lib/clock.ts';
import { createLog } from '../log.ts';
import { migrateStore } from '../store/open.ts';
import { reportFailure } from './failure.ts';

/** Brings the database up to date. Sets the exit code; never exits. */
export async function migrate(sources: Sources): Promise<void> {
  await reportFailure(async () => {
    const { dataDir, databaseUrl, logLevel, logFormat } = readConfig(sources);
    const log = createLog({ level: logLevel, format: logFormat });
    await migrateStore({ dataDir, databaseUrl, clock: systemClock, log });
    process.stdout.write('The database is up to date.\n');
  });
}
