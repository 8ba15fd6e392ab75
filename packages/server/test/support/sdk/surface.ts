import { fileURLToPath } from 'node:url';
import {
  API,
  SignatureKind,
  SymbolFlags,
  type Checker,
  type Project,
  type Type,
} from 'typescript/unstable/sync';
import { SDK_PACKAGES, type SdkVersion } from './packages.ts';
import { ShapeReader } from './read-shapes.ts';
import { readRequest, type SdkRequest } from './requests.ts';
import type { Shape } from './shape.ts';

/** What one release of the SDK can do, from its declarations and its code. */
export interface SdkSurface {
  version: SdkVersion;
  methods: readonly SdkMethod[];
  /** The types that its answers are made of, and those of its errors, by name. */
  types: ReadonlyMap<string, Shape>;
}

export interface SdkMethod {
  /** As one writes it after `client.`: `beta.sessions.events.list`. */
  name: string;
  /** Undefined: a helper, which runs in the client. */
  request: SdkRequest | undefined;
  answer: SdkAnswer | undefined;
  /** The names of what it takes beside the ids in its path: fields, query parameters, and HEADER_PARAMETERS. */
  parameters: readonly string[];
}

export type SdkAnswer =
  | { kind: 'json'; shape: Shape }
  /** Server-Sent Events, each of this shape. */
  | { kind: 'stream'; events: Shape }
  | { kind: 'bytes' };

/** Parameters that are sent as headers. */
export const HEADER_PARAMETERS: ReadonlySet<string> = new Set([
  'betas',
  'workspace_id',
  'Anthropic-Worker-ID',
]);

/** Other APIs than Managed Agents. */
const OTHER_APIS = new Set(['completions', 'messages', 'organization', 'beta.messages', 'beta.organization']);

const surfaces = new Map<SdkVersion, SdkSurface>();

/** Read once in a process: it takes half a second. */
export function readSurface(version: SdkVersion): SdkSurface {
  const surface = surfaces.get(version) ?? read(version);
  surfaces.set(version, surface);
  return surface;
}

export function typeNamed(surface: SdkSurface, name: string): Shape {
  const shape = surface.types.get(name);
  if (!shape) throw new Error(`No answer of SDK ${surface.version} has a part of type ${name}.`);
  return shape;
}

function read(version: SdkVersion): SdkSurface {
  const file = fileURLToPath(import.meta.resolve(SDK_PACKAGES[version].name)).replace(
    /index\.m?js$/,
    'client.d.ts',
  );
  const compiler = new API();
  try {
    const project = compiler.updateSnapshot({ openFiles: [file] }).getDefaultProjectForFile(file);
    if (!project) throw new Error(`The compiler does not read ${file}.`);
    return new SurfaceReader(version, project, file).read();
  } finally {
    // It may say "context canceled" on standard error as it ends.
    compiler.close();
  }
}

class SurfaceReader {
  readonly #version: SdkVersion;
  readonly #checker: Checker;
  readonly #exports: ReturnType<Checker['getExportsOfModule']>;
  readonly #shapes: ShapeReader;
  readonly #methods: SdkMethod[] = [];

  constructor(version: SdkVersion, project: Project, file: string) {
    const source = project.program.getSourceFile(file);
    const module = source && project.checker.getSymbolAtLocation(source);
    if (!module) throw new Error(`${file} exports nothing.`);
    this.#version = version;
    this.#checker = project.checker;
    this.#exports = project.checker.getExportsOfModule(module);
    this.#shapes = new ShapeReader(project.checker);
  }

  read(): SdkSurface {
    const client = this.#exports.find(
      (symbol) => symbol.name === 'Anthropic' && symbol.flags & SymbolFlags.Class,
    );
    if (!client) throw new Error('The SDK exports no client.');
    this.#readResources(this.#checker.getDeclaredTypeOfSymbol(client), '');
    const errorType = this.#checker.getMemberInModuleExports(client, 'ErrorType');
    if (errorType) this.#shapes.read(this.#checker.getDeclaredTypeOfSymbol(errorType));
    return { version: this.#version, methods: this.#methods, types: this.#shapes.named };
  }

  /** A resource is an object that knows its client. */
  #readResources(owner: Type, path: string): void {
    for (const property of this.#checker.getPropertiesOfType(owner)) {
      const type = this.#checker.getTypeOfSymbol(property);
      const name = `${path}${property.name}`;
      if (!type || property.name.startsWith('_') || OTHER_APIS.has(name)) continue;
      if (this.#checker.getPropertyOfType(type, '_client')) this.#readResource(type, `${name}.`);
    }
  }

  #readResource(resource: Type, path: string): void {
    for (const property of this.#checker.getPropertiesOfType(resource)) {
      if (property.flags & SymbolFlags.Method) this.#readMethod(property, `${path}${property.name}`);
    }
    this.#readResources(resource, path);
  }

  #readMethod(property: Parameters<Checker['getDeclaredTypeOfSymbol']>[0], name: string): void {
    const type = this.#checker.getTypeOfSymbol(property);
    const [signature, ...overloads] = type ? this.#checker.getSignaturesOfType(type, SignatureKind.Call) : [];
    const answer = signature && this.#readAnswer(this.#checker.getReturnTypeOfSignature(signature));
    const request = readRequest(this.#version, name);
    if ((answer === undefined) !== (request === undefined) || (answer && overloads.length > 0)) {
      throw new Error(`${name} is neither a method with one request and one answer, nor a helper.`);
    }
    const parameters = signature?.getParameters().filter((parameter) => parameter.name !== 'options') ?? [];
    this.#methods.push({
      name,
      request,
      answer,
      parameters: parameters
        .flatMap((parameter) => this.#namesIn(this.#checker.getTypeOfSymbol(parameter)))
        .filter((parameter) => !request?.path.includes(`{${parameter}}`)),
    });
  }

  #readAnswer(type: Type | undefined): SdkAnswer | undefined {
    const promise = type?.getSymbol()?.name;
    const [body] = type?.isTypeReference() ? this.#checker.getTypeArguments(type) : [];
    if (!body || (promise !== 'APIPromise' && promise !== 'PagePromise')) return undefined;
    const name = body.getSymbol()?.name;
    if (name === 'Response') return { kind: 'bytes' };
    if (name !== 'Stream') return { kind: 'json', shape: this.#shapes.read(body) };
    const [event] = body.isTypeReference() ? this.#checker.getTypeArguments(body) : [];
    if (!event) throw new Error('A stream has no type of its events.');
    return { kind: 'stream', events: this.#shapes.read(event) };
  }

  /** The properties of a parameter that is an object, of whichever member of its union. */
  #namesIn(type: Type | undefined): string[] {
    if (!type) return [];
    if (type.isUnionType()) return type.getTypes().flatMap((member) => this.#namesIn(member));
    if (!type.isObjectType() && !type.isIntersectionType()) return [];
    return this.#checker.getPropertiesOfType(type).map((property) => property.name);
  }
}
