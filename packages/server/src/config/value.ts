import { HOUR, MINUTE, SECOND } from '../lib/duration.ts';

/** What a flag, a variable or the file gives: one text, or a list of them (arrays of the file). */
export type Given = string | string[];

/** A kind of value: how it is written, in help and errors, and how it is read. */
export interface Value<T> {
  /** What stands for it in help: `<duration>`; empty for a switch, which needs no value. */
  placeholder: string;
  /** Completes the sentence "it must be …". */
  wanted: string;
  /** Undefined: it is not what is wanted. */
  parse(given: Given): T | undefined;
}

const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;
const DURATION_UNITS: Record<string, number> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: 24 * HOUR };
const SIZE = /^(\d+(?:\.\d+)?)(KiB|MiB|GiB|TiB)$/i;
const SIZE_UNITS: Record<string, number> = { kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 };

/** One text that `pattern` matches. */
export function text(placeholder: string, wanted: string, pattern: RegExp): Value<string> {
  return {
    placeholder,
    wanted,
    parse: (given) => (typeof given === 'string' && pattern.test(given) ? given : undefined),
  };
}

export function wholeNumber(min: number, max: number): Value<number> {
  return {
    placeholder: '<number>',
    wanted: `a whole number from ${min} to ${max}`,
    parse(given) {
      const number = typeof given === 'string' && /^\d+$/.test(given) ? Number(given) : Number.NaN;
      return number >= min && number <= max ? number : undefined;
    },
  };
}

/** In milliseconds. `min` and `max` are written as a user would write them. */
export function duration(min: string, max: string): Value<number> {
  const [least, most] = [parseUnit(min, DURATION, DURATION_UNITS), parseUnit(max, DURATION, DURATION_UNITS)];
  return {
    placeholder: '<duration>',
    wanted: `a duration such as 500ms, 30s, 10m or 2h, from ${min} to ${max}`,
    parse: (given) => within(parseUnit(given, DURATION, DURATION_UNITS), least ?? 0, most ?? Infinity),
  };
}

/** In bytes. */
export function size(min: string): Value<number> {
  const least = parseUnit(min, SIZE, SIZE_UNITS) ?? 0;
  return {
    placeholder: '<size>',
    wanted: `a size such as 512MiB or 4GiB, at least ${min}, or 0 for no limit`,
    parse: (given) => (given === '0' ? 0 : within(parseUnit(given, SIZE, SIZE_UNITS), least, Infinity)),
  };
}

export function oneOf<const T extends string>(placeholder: string, choices: readonly T[]): Value<T> {
  return {
    placeholder,
    wanted: `one of ${choices.join(', ')}`,
    parse: (given) => choices.find((choice) => choice === given),
  };
}

/** A switch: as a flag it takes no value. */
export function onOff(): Value<boolean> {
  const words: Record<string, boolean> = { true: true, '1': true, false: false, '0': false };
  return {
    placeholder: '',
    wanted: 'true or false, or 1 or 0',
    parse: (given) => (typeof given === 'string' ? words[given] : undefined),
  };
}

/** Several of another kind, written with commas between them, or as an array in the file. */
export function listOf<T>(item: Value<T>, wanted: string): Value<T[]> {
  return {
    placeholder: item.placeholder.replace('>', ',…>'),
    wanted,
    parse(given) {
      const texts = typeof given === 'string' ? given.split(',').map((part) => part.trim()) : given;
      const items: T[] = [];
      for (const part of texts) {
        if (part === '') continue;
        const parsed = item.parse(part);
        if (parsed === undefined) return undefined;
        items.push(parsed);
      }
      return items;
    },
  };
}

function parseUnit(given: Given, pattern: RegExp, units: Record<string, number>): number | undefined {
  const match = typeof given === 'string' ? pattern.exec(given) : null;
  if (!match) return given === '0' ? 0 : undefined;
  const unit = units[match[2] ?? ''] ?? units[(match[2] ?? '').toLowerCase()];
  return unit === undefined ? undefined : Math.round(Number(match[1]) * unit);
}

function within(number: number | undefined, min: number, max: number): number | undefined {
  return number !== undefined && number >= min && number <= max ? number : undefined;
}
