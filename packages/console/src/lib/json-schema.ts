/** What a form needs of a schema in the API's description. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly description?: string;
}

/** How a property is edited, by its schema alone. */
export type Control =
  | { kind: 'text'; minLength?: number | undefined; maxLength?: number | undefined }
  | { kind: 'choice'; options: readonly string[] }
  | {
      kind: 'number';
      whole: boolean;
      minimum?: number | undefined;
      above?: number | undefined;
      maximum?: number | undefined;
    }
  | { kind: 'flag' }
  | { kind: 'texts' }
  | { kind: 'choices'; options: readonly string[] }
  | { kind: 'pairs' }
  | { kind: 'json'; shape: 'object' | 'array' | 'any' };

/** Everything is a control: what no other fits is written as JSON. */
export function controlOf(given: JsonSchema): Control {
  const schema = withoutNull(given);
  const options = optionsOf(schema);
  if (options) return { kind: 'choice', options };
  switch (schema.type) {
    case 'string':
      return { kind: 'text', minLength: schema.minLength, maxLength: schema.maxLength };
    case 'integer':
    case 'number':
      return {
        kind: 'number',
        whole: schema.type === 'integer',
        minimum: schema.minimum,
        above: schema.exclusiveMinimum,
        maximum: schema.maximum,
      };
    case 'boolean':
      return { kind: 'flag' };
    case 'array':
      return controlOfArray(schema.items);
    case 'object': {
      const { additionalProperties: values } = schema;
      const isTexts = typeof values === 'object' && values.type === 'string';
      return isTexts ? { kind: 'pairs' } : { kind: 'json', shape: 'object' };
    }
    default:
      return { kind: 'json', shape: 'any' };
  }
}

/** The schema of what is there when it is not null. */
function withoutNull(schema: JsonSchema): JsonSchema {
  if (schema.type !== undefined && typeof schema.type !== 'string') {
    const [type, ...others] = schema.type.filter((one) => one !== 'null');
    return type !== undefined && others.length === 0 ? { ...schema, type } : schema;
  }
  const branches = schema.anyOf?.filter(({ type }) => type !== 'null');
  const [only] = branches ?? [];
  if (branches?.length !== 1 || !only) return schema;
  return withoutNull({ ...only, ...(schema.description && { description: schema.description }) });
}

function controlOfArray(items: JsonSchema | undefined): Control {
  const options = items && optionsOf(items);
  if (options) return { kind: 'choices', options };
  return items?.type === 'string' ? { kind: 'texts' } : { kind: 'json', shape: 'array' };
}

function optionsOf({ enum: values, const: only }: JsonSchema): string[] | undefined {
  const options = values ?? (only === undefined ? undefined : [only]);
  return options?.every((option) => typeof option === 'string') ? [...options] : undefined;
}
