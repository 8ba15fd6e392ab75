import type { ContentBlock, FullOutput } from './session-items.ts';

/** An event as the wire has it: its fields are read with the functions below, which take nothing for granted. */
export interface WireEvent {
  id: string;
  type: string;
  [field: string]: unknown;
}

export function isWireEvent(value: unknown): value is WireEvent {
  return isRecord(value) && typeof value['id'] === 'string' && typeof value['type'] === 'string';
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function toRecord(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}

export function toText(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function toOptionalText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

export function toNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** An RFC 3339 time in ms since the epoch; undefined: none. */
export function toTime(value: unknown): number | undefined {
  const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : at;
}

export function toBlocks(value: unknown): ContentBlock[] {
  if (typeof value === 'string') return value === '' ? [] : [{ type: 'text', text: value }];
  return Array.isArray(value) ? value.filter(isBlock) : [];
}

function isBlock(value: unknown): value is ContentBlock {
  return isRecord(value) && typeof value['type'] === 'string';
}

/** The text blocks of a content, one after the other. */
export function textOf(content: readonly ContentBlock[]): string {
  return content.flatMap((block) => (block.type === 'text' ? [toText(block['text'])] : [])).join('\n');
}

export function toFullOutput(value: unknown): FullOutput | undefined {
  const { name, bytes } = toRecord(value);
  return typeof name === 'string' && typeof bytes === 'number' ? { name, bytes } : undefined;
}
