import type { Command } from 'commander';
import { variableOf } from '../config/setting.ts';
import { SETTINGS } from '../config/settings.ts';
import { settingsCommand } from './settings-command.ts';

/** `bullpen migrate`; the work is in migrate.ts. */
export function migrateCommand(): Command {
  const { dataDir, databaseUrl, logLevel, logFormat } = SETTINGS;
  return settingsCommand('migrate', [dataDir, logLevel, logFormat], async (sources) => {
    const { migrate } = await import('./migrate.ts');
    await migrate(sources);
  })
    .summary('bring the database up to date, and exit')
    .description(
      'Bring the database up to the version of this release, and exit. A start does the same; do it beforehand when ' +
        'the database is large, so that the start need not wait for it.',
    )
    .addHelpText(
      'after',
      `\nFrom the environment or the file:\n  ${variableOf(databaseUrl)}  ${databaseUrl.help}\n`,
    );
}
