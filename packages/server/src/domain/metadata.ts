/** What clients note about their things, for themselves. */
export type Metadata = Record<string, string>;

const MAX_KEYS = 16;
const MAX_KEY_LENGTH = 64;
const MAX_VALUE_LENGTH = 512;

/** With the changes of a patch: null removes a key. */
export function patchMetadata(stored: Metadata, patch: Record<string, string | null>): Metadata {
  const patched: Record<string, string | null> = { ...stored, ...patch };
  return Object.fromEntries(
    Object.entries(patched).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}

/** Everything that is too much of it, in a sentence for the client; undefined: nothing is. */
export function findMetadataFault(metadata: Record<string, string | null>): string | undefined {
  const entries = Object.entries(metadata).filter(([, value]) => value !== null);
  const faults = [
    ...(entries.length > MAX_KEYS
      ? [`at most ${MAX_KEYS} keys are allowed, and there are ${entries.length}`]
      : []),
    ...entries.flatMap(([key, value]) => [
      ...(key === '' ? ['a key is empty'] : []),
      ...(key.length > MAX_KEY_LENGTH ? [`the key ${key} has more than ${MAX_KEY_LENGTH} characters`] : []),
      ...((value?.length ?? 0) > MAX_VALUE_LENGTH
        ? [`the value of ${key} has more than ${MAX_VALUE_LENGTH} characters`]
        : []),
    ]),
  ];
  return faults.length > 0 ? faults.join('; ') : undefined;
}
