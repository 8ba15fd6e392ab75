import type { JsonSchema } from '../../../lib/json-schema.ts';
import { fieldsOf, type FormField } from './fields.ts';
import { EXECUTE, SESSION } from './layout.ts';

export type Way = 'quick' | 'agent';

/** What `GET /openapi.json` says, as far as the form needs it. */
export interface OpenApi {
  components: { schemas: Readonly<Record<string, JsonSchema>> };
}

/** The controls of a way to start, by the description of the API that will get the request. */
export function formOf(way: Way, { components: { schemas } }: OpenApi): FormField[] {
  if (way === 'quick') return fieldsOf(schemas['Execute'] ?? {}, EXECUTE);
  const session = schemas['SessionCreate'] ?? {};
  const overrides = findOverrides(session.properties?.['agent']);
  const order = Object.keys(SESSION);
  return (
    [...fieldsOf(session, SESSION), ...fieldsOf(overrides, SESSION, ['agent'])]
      .toSorted((a, b) => rank(order, a.key) - rank(order, b.key))
      // What was typed stays when somebody goes from one way to the other.
      .map((field) => (field.key === 'initial_events' ? { ...field, key: 'prompt', required: true } : field))
  );
}

/** The kind of agent that has other options for this session. */
function findOverrides(schema: JsonSchema | undefined): JsonSchema {
  if (!schema) return {};
  if (schema.properties?.['type']?.const === 'agent_with_overrides') return schema;
  for (const branch of [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]) {
    const found = findOverrides(branch);
    if (found.properties) return found;
  }
  return {};
}

function rank(order: readonly string[], key: string): number {
  return order.includes(key) ? order.indexOf(key) : order.length;
}
