import { availableParallelism, totalmem } from 'node:os';
import { Command, Option } from 'commander';
import { fallbackOf, variableOf, type Machine, type Setting } from '../config/setting.ts';
import type { Sources } from '../config/sources.ts';

/** A command whose flags are settings; those that are secret have none. */
export function settingsCommand(
  name: string,
  settings: Setting<unknown>[],
  action: (sources: Sources) => Promise<void>,
): Command {
  const machine = readMachine();
  const command = new Command(name)
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
  return command.helpOption('-h, --help', 'show this').action(async (options: Record<string, unknown>) => {
    const flags = new Map<string, string>();
    for (const [attribute, value] of Object.entries(options)) {
      const flag = names.get(attribute);
      if (flag) flags.set(flag, String(value));
    }
    await action({ flags, env: process.env, cwd: process.cwd(), machine });
  });
}

function describe(setting: Setting<unknown>, machine: Machine): string {
  const fallback = fallbackOf(setting, machine);
  const words = setting.fallbackWords;
  const here = typeof setting.fallback === 'string' ? '' : `${fallback} here: `;
  return `${setting.help} [${variableOf(setting)}, default: ${words ? here + words : fallback || 'none'}]`;
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
