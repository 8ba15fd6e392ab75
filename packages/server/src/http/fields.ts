import { z } from 'zod';

// The kinds of field that requests are made of. One rule holds for all: null means absent.

/** A field that may be absent. */
export function optional<T>(schema: z.ZodType<T>): z.ZodType<T | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}

/** A string of which nothing but white space counts as absent. */
export function optionalText(): z.ZodType<string | undefined> {
  return text()
    .nullish()
    .transform((value) => (value?.trim() ? value : undefined));
}

/** A string. NUL is refused: neither PostgreSQL nor a process takes it. */
export function text(): z.ZodString {
  return z.string().refine((value) => !value.includes('\0'), 'Strings must not contain the character NUL');
}

/** A whole number; a string of digits counts. */
export function integer(minimum: number, maximum?: number): z.ZodType<number> {
  const schema = z.int().min(minimum);
  return z.preprocess(readNumber('int'), maximum === undefined ? schema : schema.max(maximum));
}

/** A number; a numeric string counts. */
export function number(limit: (schema: z.ZodNumber) => z.ZodNumber): z.ZodType<number> {
  return z.preprocess(readNumber('float'), limit(z.number()));
}

/** `true` and `false`, also as strings. */
export function flag(): z.ZodType<boolean> {
  return z.preprocess(
    (value) =>
      value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value,
    z.boolean(),
  );
}

/** A list of strings; a single string counts as a list of one. */
export function textList(): z.ZodType<string[]> {
  return z.preprocess((value) => (typeof value === 'string' ? [value] : value), z.array(text()));
}

function readNumber(kind: 'int' | 'float'): (value: unknown, context: z.RefinementCtx) => unknown {
  const what = kind === 'int' ? 'an integer' : 'a number';
  return (value, context) => {
    if (typeof value === 'number' || value == null) return value;
    if (typeof value === 'string' && NUMERIC.test(value)) return Number(value);
    const isText = typeof value === 'string';
    context.addIssue({
      code: 'custom',
      input: value,
      params: { type: `${kind}_${isText ? 'parsing' : 'type'}` },
      message: isText
        ? `Input should be ${what}, unable to parse the string as one`
        : `Input should be ${what}`,
    });
    return z.NEVER;
  };
}

const NUMERIC = /^\s*[+-]?\d{1,15}(\.\d+)?\s*$/;
