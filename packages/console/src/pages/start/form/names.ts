import type { FormField } from './fields.ts';
import type { Values } from './values.ts';

export type Name = `text.${string}` | `list.${string}` | `pairs.${string}` | 'servers' | 'resources';

/** Where the value of a field is in the form. */
export function nameOf({ key, control }: FormField): Name {
  switch (control.kind) {
    case 'texts':
    case 'choices':
      return `list.${key}`;
    case 'pairs':
      return `pairs.${key}`;
    case 'servers':
    case 'resources':
      return control.kind;
    default:
      return `text.${key}`;
  }
}

/** What is set, in a few signs; undefined when nothing is. */
export function summaryOf(field: FormField, values: Values): string | undefined {
  const { key, control } = field;
  switch (control.kind) {
    case 'texts':
    case 'choices':
      return join(values.list[key] ?? []);
    case 'pairs':
      return join((values.pairs[key] ?? []).map(({ name }) => name));
    case 'servers':
      return join(values.servers.map(({ name }) => name));
    case 'resources':
      return join(values.resources.map(({ target }) => target.split('/').at(-1) ?? ''));
    case 'json':
      return (values.text[key] ?? '').trim() === '' ? undefined : '{…}';
    default:
      return (values.text[key] ?? '').trim() || undefined;
  }
}

function join(parts: readonly string[]): string | undefined {
  return parts.filter((part) => part.trim() !== '').join(', ') || undefined;
}
