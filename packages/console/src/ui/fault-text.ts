import type { TFunction } from 'i18next';

/** What the server says of a field, and its words for it here. */
const FAULTS = [
  [/^Field required$|^String should have at least 1 character$/, 'required'],
  [/^String should have at least (\d+) characters$/, 'short'],
  [/^String should have at most (\d+) characters?$/, 'long'],
  [/^Input should be greater than or equal to (\S+)$/, 'least'],
  [/^Input should be less than or equal to (\S+)$/, 'most'],
] as const;

/** What is wrong with a field, in the language of the page; what it does not know, in the server's words. */
export function faultText(said: string, t: TFunction): string {
  // `tools.0.name: …`, where the field is of a part.
  const [, path = '', words = said] = /^([\w.]+: )?(.*)$/s.exec(said) ?? [];
  for (const [pattern, code] of FAULTS) {
    const match = pattern.exec(words);
    if (match) return path + t(`start.faults.${code}`, { limit: match[1] ?? '' });
  }
  return said;
}
