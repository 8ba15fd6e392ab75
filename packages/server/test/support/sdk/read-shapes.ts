import { SymbolFlags, TypeFlags, type Checker, type Type } from 'typescript/unstable/sync';
import type { ObjectShape, Shape } from './shape.ts';

type DeclaredProperty = ReturnType<Checker['getPropertiesOfType']>[number];

/** Reads declared types as shapes, and keeps them by their names. */
export class ShapeReader {
  readonly #checker: Checker;
  readonly #shapes = new Map<number, Shape>();
  readonly #named = new Map<string, Shape>();

  constructor(checker: Checker) {
    this.#checker = checker;
  }

  /** Every shape with a name that has been read. */
  get named(): ReadonlyMap<string, Shape> {
    return this.#named;
  }

  read(type: Type): Shape {
    const known = this.#shapes.get(type.id);
    if (known) return known;
    const shape = this.#begin(type);
    // Before its parts are read: it may contain itself.
    this.#shapes.set(type.id, shape);
    if (shape.kind === 'union' && type.isUnionType()) {
      shape.members.push(...this.#members(type.getTypes()));
    } else if (shape.kind === 'object') {
      this.#fill(shape, type);
    }
    this.#keep(this.#nameOf(type), shape);
    return shape;
  }

  #begin(type: Type): Shape {
    const { flags } = type;
    if (flags & TypeFlags.AnyOrUnknown) return { kind: 'any' };
    if (type.isLiteralType()) return { kind: 'literal', value: literalOf(type.value) };
    if (flags & TypeFlags.Boolean) return { kind: 'primitive', name: 'boolean' };
    if (flags & TypeFlags.String) return { kind: 'primitive', name: 'string' };
    if (flags & TypeFlags.Number) return { kind: 'primitive', name: 'number' };
    if (flags & TypeFlags.Null) return { kind: 'primitive', name: 'null' };
    // `string & {}`: any string, written so that an editor still proposes the known ones.
    if (type.isIntersectionType() && type.getTypes().some((part) => part.flags & TypeFlags.String)) {
      return { kind: 'primitive', name: 'string' };
    }
    if (type.isUnionType()) return { kind: 'union', members: [] };
    if (this.#checker.isArrayType(type) && type.isTypeReference()) {
      const [items] = this.#checker.getTypeArguments(type);
      if (items) return { kind: 'array', items: this.read(items) };
    }
    if (type.isObjectType() || type.isIntersectionType()) {
      return { kind: 'object', name: this.#nameOf(type), properties: new Map(), others: undefined };
    }
    throw new Error(`No JSON value has the type ${this.#checker.typeToString(type)}.`);
  }

  /** `undefined` is what an optional property may be; JSON has no such value. */
  #members(types: readonly Type[]): Shape[] {
    const members = types
      .filter((type) => !(type.flags & TypeFlags.Undefined))
      .map((type) => this.read(type));
    const booleans = members.filter((shape) => shape.kind === 'literal' && typeof shape.value === 'boolean');
    if (booleans.length < 2) return members;
    return [...members.filter((shape) => !booleans.includes(shape)), { kind: 'primitive', name: 'boolean' }];
  }

  #fill(shape: ObjectShape, type: Type): void {
    const isPage = ((type.getSymbol()?.flags ?? 0) & SymbolFlags.Class) !== 0;
    const properties = this.#checker
      .getPropertiesOfType(type)
      .filter((property) => !isPage || isInBody(property));
    const types = this.#checker.getTypeOfSymbol(properties);
    for (const [index, property] of properties.entries()) {
      const declared = types[index];
      if (!declared) throw new Error(`The property ${property.name} has no type.`);
      const optional = (property.flags & SymbolFlags.Optional) !== 0;
      shape.properties.set(property.name, { shape: onlyMember(this.read(declared)), optional });
    }
    const [others] = this.#checker.getIndexInfosOfType(type);
    if (others) shape.others = this.read(others.valueType);
  }

  #nameOf(type: Type): string | undefined {
    const name = type.getAliasSymbol()?.name ?? type.getSymbol()?.name;
    return name === undefined || name.startsWith('__') || name === 'Array' ? undefined : name;
  }

  #keep(name: string | undefined, shape: Shape): void {
    if (name === undefined) return;
    if (this.#named.has(name)) throw new Error(`Two types are called ${name}.`);
    this.#named.set(name, shape);
  }
}

/** A page is a class: its methods, and what its base class remembers of the request, are not in the body. */
function isInBody(property: DeclaredProperty): boolean {
  return (property.flags & SymbolFlags.Method) === 0 && property.getParent()?.name !== 'AbstractPage';
}

/** An optional property is a union with `undefined`, which is none of the members. */
function onlyMember(shape: Shape): Shape {
  return (shape.kind === 'union' && shape.members.length === 1 ? shape.members[0] : undefined) ?? shape;
}

function literalOf(value: unknown): string | number | boolean {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  throw new Error(`JSON has no literal ${String(value)}.`);
}
