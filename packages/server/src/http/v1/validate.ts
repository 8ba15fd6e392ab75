import { z } from 'zod';
import { invalid, type V1Error } from './errors.ts';

interface Schemas<Params, Query, Body, Headers> {
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  headers?: z.ZodType<Headers>;
}

/**
 * The parts of a request as their schemas make them. Throws the V1Error of the first fault. Objects of the schemas are
 * strict: a field that they do not know is a fault, unless `acceptUnknownFields`, for SDKs that are newer than the server.
 */
export function validateV1<Params, Query, Body, Headers>(
  schemas: Schemas<Params, Query, Body, Headers>,
  request: { params: unknown; query: unknown; body: unknown; headers: unknown },
  options: { acceptUnknownFields: boolean },
): { params: Params; query: Query; body: Body; headers: Headers } {
  return {
    params: parsePart(schemas.params, request.params, options),
    query: parsePart(schemas.query, request.query, options),
    body: parsePart(schemas.body, request.body ?? {}, options),
    headers: parsePart(schemas.headers, request.headers, options),
  };
}

function parsePart<T>(
  schema: z.ZodType<T> | undefined,
  value: unknown,
  { acceptUnknownFields }: { acceptUnknownFields: boolean },
): T {
  if (!schema) return undefined as T;
  let given = value;
  for (;;) {
    const result = schema.safeParse(given, { reportInput: true });
    if (result.success) return result.data;
    const issues = result.error.issues.map(innermost);
    const unknown = issues.filter((issue) => issue.code === 'unrecognized_keys');
    if (!acceptUnknownFields || unknown.length === 0) throw toError(issues);
    given = unknown.reduce(without, given);
  }
}

/** Of a union that nothing fits, the branch that fits best says what is wrong. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return issue;
  const [best] = issue.errors.toSorted((a, b) => fit(b) - fit(a) || a.length - b.length);
  const [first] = best ?? [];
  return first ? innermost({ ...first, path: [...issue.path, ...first.path] }) : issue;
}

/** How well a branch fits: not at all if the value is of another kind, and the better the deeper its faults are. */
function fit(issues: readonly z.core.$ZodIssue[]): number {
  const isOfOtherKind = issues.some(({ code, path }) => code === 'invalid_type' && path.length === 0);
  return isOfOtherKind ? -1 : Math.max(0, ...issues.map(({ path }) => path.length));
}

function toError([issue]: z.core.$ZodIssue[]): V1Error {
  if (!issue) return invalid('', 'The request does not fit its schema.');
  if (issue.code === 'unrecognized_keys') {
    return invalid([...issue.path, issue.keys[0] ?? ''].join('.'), 'Extra inputs are not permitted');
  }
  const { error_code: code } = CODE.parse(issue.code === 'custom' ? issue.params : undefined);
  return invalid(issue.path.join('.'), explain(issue), { ...(code !== undefined && { code }) });
}

/** A field that finds its faults by itself may give them an error code. */
const CODE = z.object({ error_code: z.string().optional() }).default({});

function explain(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'Field required'
        : `Input should be a valid ${nameOf(issue.expected)}`;
    case 'too_small':
      return issue.origin === 'string'
        ? `String should have at least ${counted(issue.minimum, 'character')}`
        : issue.origin === 'array'
          ? `List should have at least ${counted(issue.minimum, 'item')}`
          : `Input should be greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string'
        ? `String should have at most ${counted(issue.maximum, 'character')}`
        : issue.origin === 'array'
          ? `List should have at most ${counted(issue.maximum, 'item')}`
          : `Input should be less than or equal to ${issue.maximum}`;
    case 'invalid_value':
      return issue.input === undefined ? 'Field required' : `Input should be ${listed(issue.values)}`;
    case 'invalid_key':
      return issue.issues[0] ? explain(issue.issues[0]) : issue.message;
    case 'invalid_union':
      return issue.inclusive === false ? issue.message : explainTag(issue.input, issue);
    default:
      return issue.message;
  }
}

/** Of objects that are told apart by a field: `input` is the object, and the path leads to that field. */
function explainTag(
  input: unknown,
  {
    discriminator = '',
    options = [],
  }: { discriminator?: string | undefined; options?: readonly unknown[] | undefined },
): string {
  const isGiven = typeof input === 'object' && input !== null && discriminator in input;
  return isGiven ? `Input should be ${listed(options)}` : 'Field required';
}

function listed(values: readonly unknown[]): string {
  return values.map((value) => `'${String(value)}'`).join(' or ');
}

function nameOf(expected: string): string {
  switch (expected) {
    case 'array':
      return 'list';
    case 'object':
    case 'record':
      return 'dictionary';
    case 'int':
      return 'integer';
    default:
      return expected;
  }
}

function counted(count: number | bigint, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

/** The value without the fields that an issue names. */
function without(value: unknown, issue: z.core.$ZodIssue): unknown {
  if (issue.code !== 'unrecognized_keys') return value;
  return change(value, issue.path, new Set(issue.keys));
}

function change(value: unknown, path: readonly PropertyKey[], keys: ReadonlySet<string>): unknown {
  const [step, ...rest] = path;
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => (index === step ? change(item, rest, keys) : item));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    step === undefined
      ? entries.filter(([name]) => !keys.has(name))
      : entries.map(([name, child]) => [name, name === step ? change(child, rest, keys) : child]),
  );
}
