import { describeShape, type ObjectShape, type Property, type Shape, type UnionShape } from './shape.ts';

/** What may be in an answer although the type does not declare it. */
export interface Extensions {
  /** Properties, by the name of the type that does not declare them. */
  properties: Readonly<Record<string, readonly string[]>>;
  /** Values of `type`, of objects that no member of a declared union is. */
  variants: readonly string[];
}

export const NO_EXTENSIONS: Extensions = { properties: {}, variants: [] };

/** For types older than the server: it may say more than they declare, and everything that they declare must hold. */
export const NEWER_SERVER = 'newer server';

/**
 * What is wrong with a JSON value of a declared type, a sentence for each fault: a property that is missing, that has
 * another type, or that is not declared. Empty: nothing.
 */
export function checkShape(
  shape: Shape,
  value: unknown,
  allowed: Extensions | typeof NEWER_SERVER = NO_EXTENSIONS,
): string[] {
  return new Checker(allowed).faults(shape, value, '');
}

class Checker {
  readonly #allowed: Extensions | typeof NEWER_SERVER;

  constructor(allowed: Extensions | typeof NEWER_SERVER) {
    this.#allowed = allowed;
  }

  faults(shape: Shape, value: unknown, path: string): string[] {
    switch (shape.kind) {
      case 'any':
        return [];
      case 'primitive':
        return (value === null ? 'null' : typeof value) === shape.name ? [] : [mismatch(shape, value, path)];
      case 'literal':
        return value === shape.value ? [] : [mismatch(shape, value, path)];
      case 'array':
        if (!Array.isArray(value)) return [mismatch(shape, value, path)];
        return value.flatMap((item, index) => this.faults(shape.items, item, `${path}[${index}]`));
      case 'object':
        return isObject(value) ? this.#objectFaults(shape, value, path) : [mismatch(shape, value, path)];
      case 'union':
        return this.#unionFaults(shape, value, path);
    }
  }

  #objectFaults(shape: ObjectShape, value: Record<string, unknown>, path: string): string[] {
    if (this.#isExtraVariant([shape], value)) return [];
    const declared = [...shape.properties].flatMap(([name, property]) =>
      Object.hasOwn(value, name)
        ? this.faults(property.shape, value[name], join(path, name))
        : missing(property, join(path, name)),
    );
    const others = Object.keys(value).filter((name) => !shape.properties.has(name));
    return [...declared, ...others.flatMap((name) => this.#otherFaults(shape, name, value[name], path))];
  }

  #otherFaults(shape: ObjectShape, name: string, value: unknown, path: string): string[] {
    if (shape.others) return this.faults(shape.others, value, join(path, name));
    if (this.#allowed === NEWER_SERVER) return [];
    if (this.#allowed.properties[shape.name ?? '']?.includes(name)) return [];
    return [`${join(path, name)}: ${describeShape(shape)} does not declare it`];
  }

  #unionFaults(shape: UnionShape, value: unknown, path: string): string[] {
    const objects = shape.members.filter((member) => member.kind === 'object');
    if (isObject(value) && objects.length > 0) return this.#oneOf(objects, value, path);
    const attempts = shape.members.map((member) => this.faults(member, value, path));
    if (attempts.some((faults) => faults.length === 0)) return [];
    const arrays = attempts.filter((_, index) => shape.members[index]?.kind === 'array');
    return (Array.isArray(value) ? fewest(arrays) : undefined) ?? [mismatch(shape, value, path)];
  }

  /** The declared `type` says which of several objects it is; without one it is the one that fits best. */
  #oneOf(members: ObjectShape[], value: Record<string, unknown>, path: string): string[] {
    if (this.#isExtraVariant(members, value)) return [];
    const candidates = members.filter((member) => !isOtherVariant(member, value));
    const attempts = candidates.map((member) => this.#objectFaults(member, value, path));
    const types = members.flatMap((member) => member.properties.get('type')?.shape ?? []);
    return (
      fewest(attempts) ?? [mismatch({ kind: 'union', members: types }, value['type'], join(path, 'type'))]
    );
  }

  #isExtraVariant(members: ObjectShape[], value: Record<string, unknown>): boolean {
    if (!members.every((member) => isOtherVariant(member, value))) return false;
    if (this.#allowed === NEWER_SERVER) return typeof value['type'] === 'string';
    return this.#allowed.variants.some((variant) => variant === value['type']);
  }
}

/** Its `type` is not the one of this object. */
function isOtherVariant(member: ObjectShape, value: Record<string, unknown>): boolean {
  const type = member.properties.get('type')?.shape;
  return type?.kind === 'literal' && type.value !== value['type'];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missing(property: Property, path: string): string[] {
  return property.optional ? [] : [`${path}: missing, expected ${describeShape(property.shape)}`];
}

function mismatch(shape: Shape, value: unknown, path: string): string {
  return `${path || 'the body'}: expected ${describeShape(shape)}, found ${show(value)}`;
}

function fewest(attempts: string[][]): string[] | undefined {
  return attempts.toSorted((a, b) => a.length - b.length)[0];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
