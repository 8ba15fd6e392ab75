import { availableParallelism, totalmem } from 'node:os';
import { Command, Option } from 'commander';
import { fallbackOf, variableOf, type Machine, type Setting } from '../config/setting.ts';
import { MODEL_VARIABLES, SETTINGS } from '../config/settings.ts';

/** `bullpen serve`: flags, help and what the machine has to say about defaults; the work is in serve.ts. */
export function serveCommand(): Command {
  const machine = readMachine();
  const settings: Setting<unknown>[] = Object.values(SETTINGS);
  const command = new Command('serve')
    .summary('start the server')
    .description('Start the server. Stop it with Ctrl-C or SIGTERM; a second signal forces.')
    .usage('[settings]')
    .addOption(
      new Option(
        '--config <path>',
        'JSON file with settings, named as the flags [BULLPEN_CONFIG, default: none]',
      ).helpGroup('File:'),
    );
  const names = new Map<string, string>([['config', 'config']]);
  for (const setting of settings) {
    if (setting.secret) continue;
    const option = new Option(
      `--${setting.name} ${setting.value.placeholder}`.trim(),
      describe(setting, machine),
    );
    names.set(option.attributeName(), setting.name);
    command.addOption(option.helpGroup(`${setting.group}:`));
  }
  command.helpOption('-h, --help', 'show this').addHelpText('after', afterHelp(settings));
  return command.action(async (options: Record<string, unknown>) => {
    const flags = new Map<string, string>();
    for (const [attribute, value] of Object.entries(options)) {
      const name = names.get(attribute);
      if (name) flags.set(name, String(value));
    }
    // Loaded only now, so that `bullpen --help` need not load the server.
    const { serve } = await import('./serve.ts');
    await serve({ flags, env: process.env, cwd: process.cwd(), machine });
  });
}

function describe(setting: Setting<unknown>, machine: Machine): string {
  const fallback = fallbackOf(setting, machine);
  const words = setting.fallbackWords;
  const here = typeof setting.fallback === 'string' ? '' : `${fallback} here: `;
  return `${setting.help} [${variableOf(setting)}, default: ${words ? here + words : fallback || 'none'}]`;
}

function afterHelp(settings: Setting<unknown>[]): string {
  const rows: [name: string, help: string][] = settings
    .filter((setting) => setting.secret)
    .map((setting) => [variableOf(setting), setting.help]);
  rows.push(...Object.entries(MODEL_VARIABLES));
  const width = Math.max(...rows.map(([name]) => name.length));
  return `
Secrets, from the environment or the file, because everybody on a machine can read the flags of a process:
${rows.map(([name, help]) => `  ${name.padEnd(width)}  ${help}`).join('\n')}

A flag wins over the variable, the variable over the file, the file over the default.
Durations are written 500ms, 30s, 10m, 2h, 7d; sizes 512MiB, 4GiB. Relative paths count from where you start.
`;
}

function readMachine(): Machine {
  const limit = process.constrainedMemory();
  const total = totalmem();
  return {
    cores: availableParallelism(),
    memoryBytes: limit > 0 ? Math.min(limit, total) : total,
    terminal: process.stderr.isTTY,
  };
}
