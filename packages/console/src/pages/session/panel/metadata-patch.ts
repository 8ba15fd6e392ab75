/** A line of the form; `id` is only its own. */
export interface Entry {
  id: number;
  name: string;
  value: string;
}

/** What makes the metadata what the form says: null for what is gone. Lines without a name are not there. */
export function patchOf(
  before: Readonly<Record<string, string>>,
  entries: readonly Entry[],
): Record<string, string | null> {
  const after = new Map(
    entries.flatMap(({ name, value }) => (name.trim() === '' ? [] : [[name.trim(), value]])),
  );
  const patch: Record<string, string | null> = {};
  for (const name of Object.keys(before)) if (!after.has(name)) patch[name] = null;
  for (const [name, value] of after)
    if (name !== undefined && before[name] !== value) patch[name] = value ?? '';
  return patch;
}
