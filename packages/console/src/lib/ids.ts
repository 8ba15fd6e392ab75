const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const PREFIXED = /^[a-z]+_01([1-9A-HJ-NP-Za-km-z]{22})$/;

/** The UUID, as the simple API writes it, of an id of `/v1` (`sesn_01…`); undefined when it is none. */
export function toUuid(id: string): string | undefined {
  const digits = PREFIXED.exec(id)?.[1];
  if (digits === undefined) return undefined;
  let value = 0n;
  for (const digit of digits) value = value * 58n + BigInt(BASE58.indexOf(digit));
  const hex = value.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
