#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import { migrateCommand } from './commands/migrate-command.ts';
import { serveCommand } from './commands/serve-command.ts';
import { VERSION } from './lib/version.ts';

const WRONG_USAGE = 2;
const HELP_WIDTH = 110;

const program = new Command('bullpen')
  .description('Run many Claude agents behind one HTTP API, on your own machines.')
  .version(VERSION, '-v, --version', 'show the version')
  .helpOption('-h, --help', 'show this')
  .helpCommand(false)
  .exitOverride()
  .configureOutput({
    getOutHelpWidth: () => HELP_WIDTH,
    getErrHelpWidth: () => HELP_WIDTH,
    outputError: (text, write) => write(text.replace(/^error:/, 'bullpen:')),
  });
for (const command of [serveCommand(), migrateCommand()]) {
  program.addCommand(command.copyInheritedSettings(program));
}

if (process.argv.length <= 2) {
  program.outputHelp();
} else {
  try {
    await program.parseAsync();
  } catch (error) {
    // Commander has said what is wrong with the command line.
    if (!(error instanceof CommanderError)) throw error;
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  }
}
