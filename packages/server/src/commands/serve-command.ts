import type { Command } from 'commander';
import { variableOf, type Setting } from '../config/setting.ts';
import { SETTINGS } from '../config/settings.ts';
import { MODEL_VARIABLES, TELEMETRY_VARIABLES } from '../config/variables.ts';
import { settingsCommand } from './settings-command.ts';

/** `bullpen serve`: flags, help and what the machine has to say about defaults; the work is in serve.ts. */
export function serveCommand(): Command {
  const settings: Setting<unknown>[] = Object.values(SETTINGS);
  return settingsCommand('serve', settings, async (sources) => {
    // Loaded only now, so that `bullpen --help` need not load the server.
    const { serve } = await import('./serve.ts');
    await serve(sources);
  })
    .summary('start the server')
    .description('Start the server. Stop it with Ctrl-C or SIGTERM; a second signal forces.')
    .addHelpText('after', afterHelp(settings));
}

function afterHelp(settings: Setting<unknown>[]): string {
  const rows: [name: string, help: string][] = settings
    .filter((setting) => setting.secret)
    .map((setting) => [variableOf(setting), setting.help]);
  rows.push(...Object.entries(MODEL_VARIABLES));
  return `
Secrets, from the environment or the file, because everybody on a machine can read the flags of a process:
${table(rows)}

Telemetry, by the variables of OpenTelemetry:
${table(Object.entries(TELEMETRY_VARIABLES))}

A flag wins over the variable, the variable over the file, the file over the default.
Durations are written 500ms, 30s, 10m, 2h, 7d; sizes 512MiB, 4GiB. Relative paths count from where you start.
`;
}

function table(rows: [name: string, help: string][]): string {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`).join('\n');
}
