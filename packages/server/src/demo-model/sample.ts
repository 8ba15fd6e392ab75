/** The smallest plausible value of a JSON Schema: what the demo model gives as structured output. */
export function sampleOf(schema: unknown): unknown {
  if (!isObject(schema)) return null;
  if ('const' in schema) return schema['const'];
  const choices = [schema['enum'], schema['examples']].find(Array.isArray);
  if (choices) return choices[0];
  const alternatives = [schema['anyOf'], schema['oneOf'], schema['allOf']].find(Array.isArray);
  if (alternatives) return sampleOf(alternatives[0]);
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'string':
      return 'demo'.padEnd(numberOf(schema['minLength'], 0), '.');
    case 'integer':
    case 'number':
      return numberOf(schema['minimum'], 1);
    case 'boolean':
      return true;
    case 'array':
      return Array.from({ length: numberOf(schema['minItems'], 1) }, () => sampleOf(schema['items']));
    case 'null':
      return null;
    default:
      return sampleObject(schema);
  }
}

function sampleObject(schema: Record<string, unknown>): Record<string, unknown> {
  const properties = isObject(schema['properties']) ? schema['properties'] : {};
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, sampleOf(value)]));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function numberOf(value: unknown, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}
