/**
 * Metadata as `/v1` shows it and finds sessions by it: texts. The simple API takes any JSON; what is no text there is
 * shown as the JSON that it is.
 */
export function toTextMetadata(metadata: Record<string, unknown> | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(metadata ?? {}).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}
