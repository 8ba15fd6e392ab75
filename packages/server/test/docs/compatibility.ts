import { z } from 'zod';
import { describeApi } from '#src/http/openapi.ts';
import type { Route } from '#src/http/route.ts';
import { findRoute, isServed } from '../support/sdk/find-route.ts';
import { NEWEST } from '../support/sdk/packages.ts';
import { HEADER_PARAMETERS, readSurface, type SdkMethod } from '../support/sdk/surface.ts';

/** docs/reference/compatibility.md, from the declarations of the SDK and the table of routes. */
export function describeCompatibility(routes: readonly Route[]): string {
  const { methods } = readSurface(NEWEST);
  const verdicts = new Map(methods.map((method) => [method, judge(method, methods, routes)]));
  const resources = [...new Set(methods.map(resourceOf))];
  const count = (verdict: Verdict['kind']) =>
    [...verdicts.values()].filter(({ kind }) => kind === verdict).length;
  return `# Compatibility

<!-- Written by \`npm run docs\` from the declarations of @anthropic-ai/sdk and the table of routes (packages/server/src/http/routes.ts). -->

What each method of the official SDK for TypeScript, version ${NEWEST}, finds on this server; the other languages have the same requests. Of ${methods.length}
methods ${count('same')} are the same, ${count('differs')} differ in what the table says, and ${count('absent')} are not there: their routes answer 404.

"Same" is: the same request with the same parameters, and an answer of the declared type; the tests in \`test/api/sdk\` hold it.
\`betas\` and \`workspace_id\`, which the methods take, are headers and not in the table. A helper has no request of its own: it calls other methods of
its resource. \`client.messages\`, \`client.beta.messages\` and \`organization\` are other APIs, which this server does not have.

${resources.map((resource) => describeResource(resource, verdicts)).join('\n\n')}
${describeExtensions(routes, methods)}`;
}

interface Verdict {
  kind: 'same' | 'differs' | 'absent';
  words: string;
}

function judge(method: SdkMethod, methods: readonly SdkMethod[], routes: readonly Route[]): Verdict {
  if (!isServed(method, methods, routes)) return { kind: 'absent', words: 'not there' };
  const route = method.request && findRoute(routes, method.request);
  const differences = route
    ? [...describeRefused(method, route), ...(route.differs === undefined ? [] : [route.differs])]
    : [];
  return differences.length > 0
    ? { kind: 'differs', words: differences.join(' ') }
    : { kind: 'same', words: 'same' };
}

/** The parameters of the SDK that a route has no field for. */
function describeRefused({ parameters }: SdkMethod, route: Route): string[] {
  const taken = new Set([...HEADER_PARAMETERS, ...parametersOf(route)]);
  const refused = parameters.filter((name) => !taken.has(name)).map((name) => `\`${name}\``);
  return refused.length > 0 ? [`Without ${refused.join(', ')}.`] : [];
}

const OPERATION = z.object({
  parameters: z.array(z.object({ name: z.string() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema: z.unknown() })) }).optional(),
});

/** The names of what a route takes, as its description has them. */
function parametersOf(route: Route): string[] {
  const { paths, components } = z
    .object({
      paths: z.record(z.string(), z.record(z.string(), OPERATION)),
      components: z.object({ schemas: z.record(z.string(), z.unknown()) }),
    })
    .parse(describeApi([route], ''));
  const operation = paths[route.path]?.[route.method.toLowerCase()];
  const bodies = Object.values(operation?.requestBody?.content ?? {});
  return [
    ...(operation?.parameters.map(({ name }) => name.replace(/\[\]$/, '')) ?? []),
    ...bodies.flatMap(({ schema }) => propertiesOf(schema, components.schemas)),
  ];
}

const SCHEMA = z.object({
  $ref: z.string().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  anyOf: z.array(z.unknown()).default([]),
  oneOf: z.array(z.unknown()).default([]),
  allOf: z.array(z.unknown()).default([]),
});

function propertiesOf(described: unknown, schemas: Record<string, unknown>): string[] {
  const { $ref, properties, anyOf, oneOf, allOf } = SCHEMA.parse(described);
  const named = $ref === undefined ? [] : [schemas[$ref.slice($ref.lastIndexOf('/') + 1)]];
  return [
    ...Object.keys(properties),
    ...[...named, ...anyOf, ...oneOf, ...allOf].flatMap((part) => propertiesOf(part, schemas)),
  ];
}

/** `beta.sessions.events.list` belongs to `beta.sessions`. */
function resourceOf({ name }: SdkMethod): string {
  return name
    .split('.')
    .slice(0, name.startsWith('beta.') ? 2 : 1)
    .join('.');
}

function describeResource(resource: string, verdicts: ReadonlyMap<SdkMethod, Verdict>): string {
  const rows = [...verdicts]
    .filter(([method]) => resourceOf(method) === resource)
    .map(
      ([{ name, request }, { words }]) =>
        `| \`${name}\` | ${request ? `${request.method} \`${request.path}\`` : 'helper'} | ${words} |`,
    );
  return `## client.${resource}\n\n| method | request | here |\n|---|---|---|\n${rows.join('\n')}`;
}

/** Routes of `/v1` that no method of the SDK asks for. */
export function findExtensions(routes: readonly Route[], methods: readonly SdkMethod[]): Route[] {
  const known = new Set(methods.map(({ request }) => request && findRoute(routes, request)));
  return routes.filter((route) => route.api === 'v1' && !known.has(route));
}

function describeExtensions(routes: readonly Route[], methods: readonly SdkMethod[]): string {
  const rows = findExtensions(routes, methods).map(
    ({ method, path, summary }) => `| ${method} \`${path}\` | ${summary} |`,
  );
  if (rows.length === 0) return '';
  return `\n## Beyond the SDK\n\n| request | |\n|---|---|\n${rows.join('\n')}\n`;
}
