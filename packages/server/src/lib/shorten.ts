/** What a value that is no text counts. */
const SMALL = 8;
/** A text that is cut keeps at least so much: with less for each, the whole value is cut as one text. */
const LEAST = 256;

/** About how many bytes a JSON value takes: those of its texts, and a little for the rest. */
export function sizeOf(value: unknown): number {
  if (typeof value === 'string') return Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return SMALL;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + sizeOf(item), SMALL);
  return Object.entries(value).reduce(
    (sum, [key, item]) => sum + Buffer.byteLength(key) + sizeOf(item),
    SMALL,
  );
}

/**
 * A JSON value that takes about `limit` bytes at most. Its shape stays: long texts lose their middle, and say so; what
 * cannot be cut (an image) is replaced by a text block. Short texts stay as they are. A value of very many parts
 * becomes a text, its JSON without the middle.
 */
export function shorten(value: unknown, limit: number): unknown {
  if (sizeOf(value) <= limit) return value;
  if (typeof value === 'string') return cutMiddle(value, limit);
  const texts: number[] = [];
  collect(value, texts);
  const rest = sizeOf(value) - texts.reduce((sum, size) => sum + size, 0);
  const share = shareOf(texts, limit - rest);
  return share < LEAST ? cutMiddle(JSON.stringify(value), limit) : cutTexts(value, share);
}

/** The sizes of all texts. */
function collect(value: unknown, sizes: number[]): void {
  if (typeof value === 'string') sizes.push(Buffer.byteLength(value));
  else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) collect(item, sizes);
  }
}

/** The most that each text may keep, so that together they fit: what short ones leave is for the long ones. */
function shareOf(sizes: number[], limit: number): number {
  let left = limit;
  for (const [index, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = left / (sizes.length - index);
    if (size > share) return Math.floor(share);
    left -= size;
  }
  return Infinity;
}

function cutTexts(value: unknown, share: number): unknown {
  if (typeof value === 'string') return cutMiddle(value, share);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => cutTexts(item, share));
  const data = findData(value);
  if (data !== undefined && Buffer.byteLength(data) > share) {
    const type = 'type' in value ? String(value.type) : 'data';
    return { type: 'text', text: `[… ${type} of ${Buffer.byteLength(data)} bytes left out …]` };
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutTexts(item, share)]));
}

/** Of an image or a document of the Messages API: base64, of which a part is worth nothing. */
function findData(block: object): string | undefined {
  if (!('source' in block) || typeof block.source !== 'object' || block.source === null) return undefined;
  return 'data' in block.source && typeof block.source.data === 'string' ? block.source.data : undefined;
}

/** The beginning and the end of a text, of half the size each, and between them what is missing. */
function cutMiddle(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= limit) return text;
  const note = (missing: number): string => `\n\n[… ${missing} bytes left out …]\n\n`;
  const half = Math.max(0, Math.floor((limit - Buffer.byteLength(note(bytes.length))) / 2));
  let head = half;
  while (isInsideCharacter(bytes, head)) head--;
  let tail = bytes.length - half;
  while (isInsideCharacter(bytes, tail)) tail++;
  return `${bytes.toString('utf8', 0, head)}${note(tail - head)}${bytes.toString('utf8', tail)}`;
}

/** Whether the byte at `index` goes on with the character before it, in UTF-8. */
function isInsideCharacter(bytes: Buffer, index: number): boolean {
  return ((bytes[index] ?? 0) & 0xc0) === 0x80;
}
