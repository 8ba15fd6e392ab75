import { createHash, randomFillSync } from 'node:crypto';

// Ids are UUIDv7: 128 bits, ordered by time. The simple API writes them as UUIDs, `/v1` as
// `<prefix>_01` + 22 base58 characters of the same bits; either API accepts either form.

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PREFIXED = /^([a-z]+)_01([1-9A-HJ-NP-Za-km-z]{22})$/;

const random = Buffer.alloc(4096);
let used = random.length;
let lastMs = 0;
let counter = 0;

/**
 * A new UUIDv7 for the wall-clock time `nowMs`. Ids made by one process increase strictly, also within a
 * millisecond: the 12 bits after the time are a counter (RFC 9562, 6.2, method 1).
 */
export function createId(nowMs: number): string {
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = randomBytes(1).readUInt8() << 2;
  } else if (++counter > 0xfff) {
    lastMs++;
    counter = 0;
  }
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  randomBytes(8).copy(bytes, 8);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatUuid(bytes.toString('hex'));
}

/** The time that is in an id, in ms. Ids that one process makes never go back in it, also when its clock does. */
export function timeOfId(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** The least id that has this time in it. */
export function firstIdAt(ms: number): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(Math.min(Math.max(0, ms), MAX_MS), 0, 6);
  return formatUuid(bytes.toString('hex'));
}

const MAX_MS = 2 ** 48 - 1;

/** Always the same UUIDv8 for the same text: for what is not made, but is there from the beginning. */
export function deriveId(text: string): string {
  const bytes = createHash('sha256').update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return formatUuid(bytes.toString('hex'));
}

/** `<prefix>_01…` for a UUID: the form that `/v1` writes. */
export function formatPrefixedId(prefix: string, uuid: string): string {
  let value = BigInt(`0x${uuid.replaceAll('-', '')}`);
  let text = '';
  for (let i = 0; i < 22; i++) {
    text = BASE58.charAt(Number(value % 58n)) + text;
    value /= 58n;
  }
  return `${prefix}_01${text}`;
}

/** The UUID (lower case) that `text` stands for, in either form; undefined when it is neither. */
export function parseId(prefix: string, text: string): string | undefined {
  if (UUID.test(text)) return text.toLowerCase();
  const match = PREFIXED.exec(text);
  if (!match || match[1] !== prefix) return undefined;
  let value = 0n;
  for (const character of match[2] ?? '') value = value * 58n + BigInt(BASE58.indexOf(character));
  if (value >= 1n << 128n) return undefined;
  return formatUuid(value.toString(16).padStart(32, '0'));
}

function formatUuid(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// One system call for 512 ids instead of one each.
function randomBytes(count: number): Buffer {
  if (used + count > random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += count;
  return random.subarray(used - count, used);
}
