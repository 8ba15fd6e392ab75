import type { FormField } from './fields.ts';
import { readField, type Fault } from './read.ts';
import type { Values } from './values.ts';

export type Body = Record<string, unknown>;

export interface ReadForm {
  /** What is sent, as far as it can be read. */
  body: Body;
  /** By the key of the field. */
  faults: Record<string, Fault>;
}

/** The request that the form stands for. */
export function readForm(fields: readonly FormField[], values: Values): ReadForm {
  const body: Body = {};
  const faults: Record<string, Fault> = {};
  const overrides: Body = {};
  for (const field of fields) {
    const reading = readField(field, values);
    if (reading.fault) faults[field.key] = reading.fault;
    else if (reading.value === undefined) continue;
    else if (field.path.length === 1) body[field.path[0] ?? ''] = reading.value;
    else overrides[field.path.at(-1) ?? ''] = reading.value;
  }
  if (Object.keys(overrides).length > 0) {
    const { agent } = body;
    const chosen = typeof agent === 'object' ? agent : { id: agent };
    body['agent'] = { ...chosen, type: 'agent_with_overrides', ...overrides };
  }
  return { body, faults };
}

/** Errors of the server, as they belong to the fields of the form; `rest` belongs to none. */
export function landErrors(
  fields: readonly FormField[],
  { message, fields: errors }: { message: string; fields: Readonly<Record<string, string>> },
): { errors: Record<string, string>; rest: string | undefined } {
  const landed: Record<string, string> = {};
  const lost: string[] = [];
  for (const [path, text] of Object.entries(errors)) {
    const field = fieldAt(fields, path);
    if (!field) lost.push(`${path}: ${text}`);
    else {
      const inside = path.slice(field.path.join('.').length + 1);
      // Some sentences name it themselves.
      landed[field.key] ??= text.startsWith(inside) ? text : `${inside}: ${text}`;
    }
  }
  if (Object.keys(errors).length > 0) return { errors: landed, rest: lost[0] };
  // A refusal of the simple API names no field, but begins with the one that it is about: "cwd /x does not exist".
  const [first = ''] = message.split(' ', 1);
  const named = fields.find(({ key }) => key === first && key !== 'prompt');
  return named ? { errors: { [named.key]: message }, rest: undefined } : { errors: {}, rest: message };
}

/** The field whose place is the longest beginning of the path. */
function fieldAt(fields: readonly FormField[], path: string): FormField | undefined {
  const steps = path.replaceAll(/\[(\w+)\]/g, '.$1').split('.');
  return fields
    .filter((field) => field.path.every((step, index) => steps[index] === step))
    .toSorted((a, b) => b.path.length - a.path.length)[0];
}
