import { z } from 'zod';
import { ValidationError, type ValidationDetail } from './errors.ts';

type Part = 'path' | 'query' | 'body' | 'header';

interface Schemas<Params, Query, Body, Headers> {
  params?: z.ZodType<Params>;
  query?: z.ZodType<Query>;
  body?: z.ZodType<Body>;
  headers?: z.ZodType<Headers>;
}

/** The parts of a request as their schemas make them. Throws ValidationError with all that is wrong. */
export function validate<Params, Query, Body, Headers>(
  schemas: Schemas<Params, Query, Body, Headers>,
  request: { params: unknown; query: unknown; body: unknown; headers: unknown },
): { params: Params; query: Query; body: Body; headers: Headers } {
  const details: ValidationDetail[] = [];
  const parts = {
    params: parsePart(schemas.params, 'path', request.params, details),
    query: parsePart(schemas.query, 'query', lastOfEach(request.query), details),
    body: parsePart(schemas.body, 'body', request.body ?? {}, details),
    headers: parsePart(schemas.headers, 'header', request.headers, details),
  };
  if (details.length > 0) throw new ValidationError(details);
  return parts;
}

function parsePart<T>(
  schema: z.ZodType<T> | undefined,
  part: Part,
  value: unknown,
  details: ValidationDetail[],
): T {
  if (!schema) return undefined as T;
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  details.push(...result.error.issues.map((issue) => describeIssue(issue, part)));
  return undefined as T;
}

/** A parameter that is given twice counts as it was given last. */
function lastOfEach(query: unknown): unknown {
  return Object.fromEntries(
    Object.entries(query ?? {}).map(([name, value]) => [name, Array.isArray(value) ? value.at(-1) : value]),
  );
}

function describeIssue(issue: z.core.$ZodIssue, part: Part): ValidationDetail {
  const { type, msg } = explain(issue);
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  return { type, loc: [part, ...path], msg, input: shorten(issue.input) };
}

// The types and sentences are those that programs know from FastAPI.
function explain(issue: z.core.$ZodIssue): { type: string; msg: string } {
  switch (issue.code) {
    case 'invalid_type':
      return explainType(issue.expected, issue.input, issue.path.length);
    case 'too_small':
      if (issue.origin === 'string') {
        return { type: 'string_too_short', msg: `String should have at least ${counted(issue.minimum)}` };
      }
      return issue.inclusive
        ? { type: 'greater_than_equal', msg: `Input should be greater than or equal to ${issue.minimum}` }
        : { type: 'greater_than', msg: `Input should be greater than ${issue.minimum}` };
    case 'too_big':
      if (issue.origin === 'string') {
        return { type: 'string_too_long', msg: `String should have at most ${counted(issue.maximum)}` };
      }
      return { type: 'less_than_equal', msg: `Input should be less than or equal to ${issue.maximum}` };
    case 'invalid_value':
      return { type: 'literal_error', msg: `Input should be ${listed(issue.values)}` };
    case 'custom':
      return { type: TYPE.parse(issue.params).type, msg: issue.message };
    default:
      return { type: 'value_error', msg: issue.message };
  }
}

/** A field that finds its faults by itself may name their type. */
const TYPE = z.object({ type: z.string().default('value_error') }).default({ type: 'value_error' });

function explainType(expected: string, input: unknown, depth: number): { type: string; msg: string } {
  // null means absent, but only for a field: inside of an object that the client made up, null is a value.
  if (input === undefined || (input === null && depth === 1))
    return { type: 'missing', msg: 'Field required' };
  switch (expected) {
    case 'string':
      return { type: 'string_type', msg: 'Input should be a valid string' };
    case 'array':
      return { type: 'list_type', msg: 'Input should be a valid list' };
    case 'boolean':
      return { type: 'bool_type', msg: 'Input should be a valid boolean' };
    case 'int':
      return {
        type: 'int_from_float',
        msg: 'Input should be an integer, got a number with a fractional part',
      };
    default:
      return { type: 'dict_type', msg: 'Input should be a valid dictionary' };
  }
}

function counted(count: number | bigint): string {
  return count === 1 ? '1 character' : `${count} characters`;
}

function listed(values: readonly unknown[]): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  const last = quoted.pop() ?? '';
  return quoted.length > 0 ? `${quoted.join(', ')} or ${last}` : last;
}

const MAX_ECHO = 500;

/** What was wrong is echoed, but not without end. */
function shorten(input: unknown): unknown {
  if (input === undefined) return null;
  if (typeof input === 'string') return input.length > MAX_ECHO ? `${input.slice(0, MAX_ECHO)}…` : input;
  return JSON.stringify(input).length > MAX_ECHO ? '…' : input;
}
