import { isRecord } from './json.ts';

/**
 * A value as lines that can be read and compared: like YAML, with long texts line by line instead of one line with `\n`.
 * For eyes only; nothing reads it back.
 */
export function toReadable(value: unknown): string {
  return print(value, '').join('\n');
}

function print(value: unknown, indent: string): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown) => {
      const [first = '', ...rest] = print(entry, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (isRecord(value)) {
    return Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .flatMap(([key, entry]) => {
        if (isEmpty(entry) || !isNested(entry)) return [`${indent}${key}: ${printScalar(entry)}`];
        if (typeof entry === 'string') {
          return [`${indent}${key}: |`, ...entry.split('\n').map((line) => `${indent}  ${line}`)];
        }
        return [`${indent}${key}:`, ...print(entry, `${indent}  `)];
      });
  }
  if (typeof value === 'string' && value.includes('\n')) {
    return value.split('\n').map((line) => `${indent}${line}`);
  }
  return [`${indent}${printScalar(value)}`];
}

function isNested(value: unknown): boolean {
  return Array.isArray(value) || isRecord(value) || (typeof value === 'string' && value.includes('\n'));
}

function isEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}

function printScalar(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
