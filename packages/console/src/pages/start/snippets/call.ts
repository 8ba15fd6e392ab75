import type { Way } from '../form/schemas.ts';

/** What is about to be sent, and where. */
export interface Call {
  way: Way;
  /** Of the server: `http://127.0.0.1:8000`. */
  origin: string;
  body: Readonly<Record<string, unknown>>;
}

export const PATHS: Record<Way, string> = { quick: '/execute/', agent: '/v1/sessions' };

/** Stands for the API key, which no snippet has. */
export const KEY = 'YOUR_API_KEY';

const LINE = 90;

interface Notation {
  /** One level of it. */
  indent: string;
  scalar: (value: unknown) => string;
  key: (name: string) => string;
}

/** A JSON value as a literal of another language: lists and objects on one line where they are short. */
export function writeLiteral(value: unknown, notation: Notation, before = ''): string {
  const { indent, scalar, key } = notation;
  if (typeof value !== 'object' || value === null) return scalar(value);
  const inner = before + indent;
  const isList = Array.isArray(value);
  const parts = isList
    ? value.map((item) => writeLiteral(item, notation, inner))
    : Object.entries(value).map(([name, item]) => `${key(name)}: ${writeLiteral(item, notation, inner)}`);
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  if (parts.length === 0) return open + close;
  const space = isList ? '' : ' ';
  const line = `${open}${space}${parts.join(', ')}${space}${close}`;
  if (before !== '' && before.length + line.length <= LINE && !line.includes('\n')) return line;
  return `${open}\n${parts.map((part) => `${inner}${part},\n`).join('')}${before}${close}`;
}
