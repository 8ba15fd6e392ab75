/** What a declared type says about a JSON value, as plain data. Objects may contain themselves. */
export type Shape =
  | { kind: 'any' }
  | { kind: 'primitive'; name: 'string' | 'number' | 'boolean' | 'null' }
  | { kind: 'literal'; value: string | number | boolean }
  | { kind: 'array'; items: Shape }
  | UnionShape
  | ObjectShape;

export interface UnionShape {
  kind: 'union';
  members: Shape[];
}

export interface ObjectShape {
  kind: 'object';
  /** As its declaration is called; undefined for a type that is written in place. */
  name: string | undefined;
  properties: Map<string, Property>;
  /** What every other property is; undefined: there is no other. */
  others: Shape | undefined;
}

export interface Property {
  shape: Shape;
  optional: boolean;
}

const SHOWN_MEMBERS = 8;

/** A shape in the words of a message. */
export function describeShape(shape: Shape): string {
  switch (shape.kind) {
    case 'any':
      return 'anything';
    case 'primitive':
      return shape.name;
    case 'literal':
      return JSON.stringify(shape.value);
    case 'array':
      return `an array of ${describeShape(shape.items)}`;
    case 'object':
      return shape.name ?? 'an object';
    case 'union':
      return describeMembers(shape.members);
  }
}

function describeMembers(members: Shape[]): string {
  const shown = members.slice(0, SHOWN_MEMBERS).map(describeShape);
  const more = members.length - shown.length;
  return shown.join(' | ') + (more > 0 ? ` | ${more} more` : '');
}
