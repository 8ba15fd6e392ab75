/** One field of a call's input, as a person edits it. */
export interface EditedField {
  name: string;
  text: string;
  /** Written as JSON, because it is no text. */
  isJson: boolean;
}

/** The input as fields of a form. */
export function toFields(input: Record<string, unknown>): EditedField[] {
  return Object.entries(input).map(([name, value]) =>
    typeof value === 'string'
      ? { name, text: value, isJson: false }
      : { name, text: JSON.stringify(value, null, 2) ?? 'null', isJson: true },
  );
}

/** The form as the whole input, or the name of the first field that is not valid JSON. */
export function fromFields(
  fields: readonly EditedField[],
): { input: Record<string, unknown> } | { invalid: string } {
  const input: Record<string, unknown> = {};
  for (const { name, text, isJson } of fields) {
    try {
      input[name] = isJson ? JSON.parse(text) : text;
    } catch {
      return { invalid: name };
    }
  }
  return { input };
}
