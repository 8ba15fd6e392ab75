/** What the server finds wrong, by the path of the field. */
export type FieldErrors = Readonly<Record<string, string>>;

/** Of this field, or of what is in it. */
export function errorAt(errors: FieldErrors, path: string): string | undefined {
  const found = Object.keys(errors).find((key) => key === path || key.startsWith(`${path}.`));
  if (found === undefined) return undefined;
  const rest = found.slice(path.length + 1);
  return rest === '' ? errors[found] : `${rest}: ${errors[found]}`;
}
