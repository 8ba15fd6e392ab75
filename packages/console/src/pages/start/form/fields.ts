import { controlOf, type Control, type JsonSchema } from '../../../lib/json-schema.ts';
import type { Group, Layout, Place } from './layout.ts';

/** What is edited by something of its own, since the schema alone says too little. */
export type Special =
  | { kind: 'long' }
  | { kind: 'directory' }
  | { kind: 'model' }
  | { kind: 'servers' }
  | { kind: 'resources' }
  | { kind: 'budget' }
  | { kind: 'agent' }
  | { kind: 'environment' }
  | { kind: 'message' };

/** One control of the form. */
export interface FormField {
  /** Unique in its form, and its name in the translations. */
  key: string;
  /** Where its value is in the request. */
  path: readonly string[];
  control: Control | Special;
  required: boolean;
  /** The API's own words. */
  description: string | undefined;
  group: Group;
}

/**
 * Every property of the schema as a control: where the layout says, else in the group `more`. So what a newer server takes
 * can be set by a console that does not know it.
 */
export function fieldsOf(schema: JsonSchema, layout: Layout, under: readonly string[] = []): FormField[] {
  const names = Object.keys(schema.properties ?? {});
  const keys = Object.keys(layout);
  const order = (field: FormField) => (keys.includes(field.key) ? keys.indexOf(field.key) : keys.length);
  return names
    .flatMap((name) => {
      const key = under.length > 0 ? `override_${name}` : name;
      const property = schema.properties?.[name] ?? {};
      const place: Place = layout[key] ?? { group: 'more' };
      if (place.group === 'refused') return [];
      return [
        {
          key,
          path: [...under, name],
          control: place.as ? { kind: place.as } : controlOf(property),
          required: schema.required?.includes(name) ?? false,
          description: property.description,
          group: place.group,
        } satisfies FormField,
      ];
    })
    .toSorted((a, b) => order(a) - order(b));
}
