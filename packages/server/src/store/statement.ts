import type { Compilable } from 'kysely';

/** What a column or a parameter holds. */
export type Value = string | number | null;

/** A query ready to run. `Row` is what it gives: a type only. */
export interface Query<Row = unknown> {
  /** One per text, and shorter: PostgreSQL knows its prepared statement by it. */
  name: string;
  sql: string;
  values: Value[];
  row?: Row;
}

/** Arguments of a statement: values, and records and lists of them. `undefined` counts as not there. */
type Arguments = Value | undefined | { readonly [key: string]: Arguments };

/**
 * Turns a query builder's expression into a function that makes the query from its arguments. Building and
 * compiling costs 20 to 40 µs, so it is done once per shape of the arguments (how many rows, which columns):
 * `build` then sees a marker in place of each value, and the markers among the compiled parameters say which
 * value goes where.
 */
export function statement<P, Row>(build: (args: P) => Compilable<Row>): (args: P) => Query<Row> {
  const compiled = new Map<string, { name: string; sql: string; parameters: readonly unknown[] }>();
  return (args) => {
    const values: Value[] = [];
    const shape = flatten(parseArguments(args), values);
    let text = compiled.get(shape);
    if (text === undefined) {
      const { sql, parameters } = build(markersFor<P>(args)).compile();
      text = { name: `s${++statements}`, sql, parameters };
      compiled.set(shape, text);
    }
    return { name: text.name, sql: text.sql, values: bind(text.parameters, values) };
  };
}

let statements = 0;

/** Stands for the value at `index` of the flattened arguments. */
class Marker {
  readonly index: number;

  constructor(index: number) {
    this.index = index;
  }
}

/** Appends the values to `values`, depth first, and returns how they are arranged. */
function flatten(args: Arguments, values: Value[]): string {
  if (typeof args !== 'object' || args === null) {
    values.push(args ?? null);
    return '';
  }
  let shape = '(';
  for (const key in args) {
    const value = args[key];
    if (value !== undefined) shape += key + flatten(value, values) + ',';
  }
  return shape + ')';
}

/** The same arrangement as `args`, with markers, numbered as `flatten` visits them, in place of the values. */
function markersFor<P>(args: P): P {
  let next = 0;
  const mark = (part: Arguments): unknown => {
    if (typeof part !== 'object' || part === null) return new Marker(next++);
    const entries = Object.entries(part).filter(([, value]) => value !== undefined);
    const marked = entries.map(([key, value]) => [key, mark(value)] as const);
    return Array.isArray(part) ? marked.map(([, value]) => value) : Object.fromEntries(marked);
  };
  return mark(parseArguments(args)) as P;
}

function bind(parameters: readonly unknown[], values: Value[]): Value[] {
  return parameters.map((parameter) =>
    parameter instanceof Marker ? (values[parameter.index] ?? null) : (parameter as Value),
  );
}

function parseArguments(args: unknown): Arguments {
  return args as Arguments;
}
