import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { ConfigError } from './error.ts';
import { fallbackOf, variableOf, type Machine, type Setting } from './setting.ts';
import { SETTINGS } from './settings.ts';
import { suggest } from './suggest.ts';
import type { Given } from './value.ts';

/** Where settings come from, the strongest first: flags, variables, the file. */
export interface Sources {
  /** By name of the setting, and `config`: the path of the file. */
  flags: ReadonlyMap<string, string>;
  env: Readonly<Record<string, string | undefined>>;
  /** What relative paths count from. */
  cwd: string;
  machine: Machine;
}

export interface SettingReader {
  /** The value; undefined when there is neither one nor a default. Throws ConfigError when it is wrong. */
  find<T>(setting: Setting<T>): T | undefined;
  /** The value of a setting that has a default. */
  read<T>(setting: Setting<T>): T;
}

const PREFIX = 'BULLPEN_';
const CONFIG_VARIABLE = `${PREFIX}CONFIG`;

/** Opens the sources. Throws ConfigError when the file cannot be read or a name in it is unknown. */
export function openSources({ flags, env, cwd, machine }: Sources): SettingReader {
  assertNoNearMiss(env);
  const path = flags.get('config') ?? env[CONFIG_VARIABLE] ?? '';
  const file = path === '' ? new Map<string, Given>() : readFile(path, resolve(cwd, path));

  function find<T>(setting: Setting<T>): T | undefined {
    // Empty counts as absent: that is how scripts and container files write "not set".
    const candidates: [source: string, given: Given | undefined][] = [
      [`--${setting.name}`, flags.get(setting.name)],
      [variableOf(setting), env[variableOf(setting)]?.trim()],
      [`"${setting.name}" in ${path}`, file.get(setting.name)],
      [`the default of ${setting.name}`, fallbackOf(setting, machine)],
    ];
    for (const [source, given] of candidates) {
      if (given === undefined || given === '') continue;
      const value = setting.value.parse(given);
      if (value !== undefined) return value;
      throw new ConfigError(`${describe(source, setting, given)}; it must be ${setting.value.wanted}.`);
    }
    return undefined;
  }

  function read<T>(setting: Setting<T>): T {
    const value = find(setting);
    if (value === undefined) throw new Error(`The setting ${setting.name} has no default.`);
    return value;
  }

  return { find, read };
}

function describe(source: string, setting: Setting<unknown>, given: Given): string {
  return setting.secret ? `${source} is not valid` : `${source} is ${JSON.stringify(given)}`;
}

function readFile(path: string, absolute: string): Map<string, Given> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(absolute, 'utf8'));
  } catch (error) {
    const why = error instanceof SyntaxError ? 'is not valid JSON' : 'cannot be read';
    throw new ConfigError(`The configuration file ${path} ${why}.`, { cause: error });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new ConfigError(`The configuration file ${path} must hold one JSON object.`);
  }
  const known = new Set(Object.values(SETTINGS).map((setting) => setting.name));
  const settings = new Map<string, Given>();
  for (const [name, value] of Object.entries(content)) {
    if (!known.has(name)) throw unknownName(`"${name}" in ${path}`, suggest(name, known));
    settings.set(name, parseFileValue(`"${name}" in ${path}`, value));
  }
  return settings;
}

function parseFileValue(source: string, value: unknown): Given {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new ConfigError(`${source} must be a text, a number, true, false or an array of texts.`);
}

/** `BULLPEN_API_KEY` would start a server without keys; names far from ours (BULLPEN_SERVICE_HOST) are not ours. */
function assertNoNearMiss(env: Sources['env']): void {
  const known = new Set([...Object.values(SETTINGS).map(variableOf), CONFIG_VARIABLE]);
  const own = Array.from(known, (name) => name.slice(PREFIX.length));
  for (const name of Object.keys(env)) {
    if (!name.startsWith(PREFIX) || known.has(name)) continue;
    const meant = suggest(name.slice(PREFIX.length), own);
    if (meant) throw unknownName(name, `${PREFIX}${meant}`);
  }
}

function unknownName(source: string, meant: string | undefined): ConfigError {
  return new ConfigError(
    `${source} is not a setting${meant ? `; did you mean ${meant}?` : ', see bullpen serve --help.'}`,
  );
}
