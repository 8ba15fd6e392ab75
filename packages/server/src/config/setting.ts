import type { Value } from './value.ts';

/**
 * One setting, described once. Its flag, its variable, its name in the file, the help and the documentation all
 * derive from this.
 */
export interface Setting<T> {
  /** In words with dashes: `data-dir` is `--data-dir`, `BULLPEN_DATA_DIR` and `"data-dir"` in the file. */
  name: string;
  group:
    | 'Address'
    | 'Data'
    | 'Access'
    | 'Agents'
    | 'Limits'
    | 'Managed agents'
    | 'Retention'
    | 'Model'
    | 'Webhook'
    | 'Logging'
    | 'Telemetry';
  help: string;
  value: Value<T>;
  /** As a user would write it; empty: none. */
  fallback: string | ((machine: Machine) => string);
  /** What the documentation says when the default depends on the machine. */
  fallbackWords?: string;
  /** No flag (`ps` shows the flags of every process), and no error repeats the value. */
  secret?: true;
}

/** What defaults are derived from. */
export interface Machine {
  cores: number;
  memoryBytes: number;
  /** Whether the log goes to a person's terminal. */
  terminal: boolean;
}

/** `BULLPEN_DATA_DIR` for `data-dir`. */
export function variableOf(setting: Pick<Setting<unknown>, 'name'>): string {
  return `BULLPEN_${setting.name.replaceAll('-', '_').toUpperCase()}`;
}

/** The default of a setting on this machine, as a user would write it; empty: none. */
export function fallbackOf(setting: Setting<unknown>, machine: Machine): string {
  return typeof setting.fallback === 'string' ? setting.fallback : setting.fallback(machine);
}
