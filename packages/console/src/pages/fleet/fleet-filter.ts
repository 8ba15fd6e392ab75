import type { FleetRow } from '../../live/fleet-frames.ts';

/** A condition that is shown as a chip: on the agent's name, or on an entry of the metadata. */
export interface Chip {
  key: string;
  value: string;
}

export interface Filter {
  chips: readonly Chip[];
  /** Each of them is to be found somewhere in the session. */
  words: readonly string[];
}

const TOKEN = /([A-Za-z_][\w.-]*):(?:"([^"]*)"|(?!\/\/)(\S+))|"([^"]*)"|(\S+)/g;

/** `agent:"Code reviewer" team:ops broken pipe`: two chips and two words. */
export function parseFilter(text: string): Filter {
  const chips: Chip[] = [];
  const words: string[] = [];
  for (const [, key, quoted, plain, phrase, word] of text.matchAll(TOKEN)) {
    const value = quoted ?? plain;
    if (key !== undefined && value) chips.push({ key, value });
    else if (phrase ?? word) words.push(phrase ?? word ?? '');
  }
  return { chips, words };
}

/** The way back: chips first. */
export function formatFilter({ chips, words }: Filter): string {
  return [...chips.map(formatChip), ...words.map((word) => (/\s/.test(word) ? `"${word}"` : word))].join(' ');
}

export function formatChip({ key, value }: Chip): string {
  return `${key}:${/[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;
}

/** Chips of one key are alternatives; different keys, and all words, have to fit together. */
export function makeMatcher({ chips, words }: Filter): (row: FleetRow) => boolean {
  const wanted = new Map<string, Set<string>>();
  for (const { key, value } of chips) {
    wanted.set(key, (wanted.get(key) ?? new Set()).add(value.toLowerCase()));
  }
  const needles = words.map((word) => word.toLowerCase());
  return (row) =>
    [...wanted].every(([key, values]) => values.has(valueOf(row, key).toLowerCase())) &&
    (needles.length === 0 || hasAll(row, needles));
}

function valueOf(row: FleetRow, key: string): string {
  if (key === 'agent') return row.agent?.name ?? '';
  return toText(row.metadata[key]);
}

function toText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

function hasAll(row: FleetRow, needles: readonly string[]): boolean {
  const text = [
    row.title,
    row.prompt,
    row.agent?.name,
    row.model,
    row.error?.message,
    row.session_id,
    row.id,
    row.cwd,
    ...(row.waits_for?.tools ?? []),
    ...Object.values(row.metadata).map(toText),
  ]
    .join('\n')
    .toLowerCase();
  return needles.every((needle) => text.includes(needle));
}
