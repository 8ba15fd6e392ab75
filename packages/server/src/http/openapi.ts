import { z } from 'zod';
import type { ResponseDoc, Route } from './route.ts';
import { errorBody } from './simple/schemas.ts';
import { errorEnvelope } from './v1/errors.ts';

type Json = Record<string, unknown>;

const ANY_ERROR: ResponseDoc = {
  description:
    '401: no valid key. 403: a foreign Host or Origin. 408, 413, 415, 431: a request that is slow, too large or no ' +
    'JSON. 503: the database is away, or the server stops; Retry-After says when to come again.',
  schema: errorBody,
};

const ANY_V1_ERROR: ResponseDoc = {
  description:
    '400: the request, or a field of it that the message names. 401: no valid key. 403: a foreign Host or Origin. 404: no ' +
    'such thing. 409: a conflict; `x-should-retry` says whether another try can help. 413: too large. 429, 5xx, 529: come again later.',
  schema: errorEnvelope,
};

/** The OpenAPI 3.1 document of these routes. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const operations = (paths[route.path] ??= {});
    operations[route.method.toLowerCase()] = describeRoute(route, schemas);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bullpen',
      version,
      summary: 'Many Claude agents behind one HTTP API',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    // An empty requirement: a server without configured keys asks for none.
    security: [{}, { bearer: [] }, { apiKey: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' },
      },
    },
  };
}

function describeRoute(route: Route, schemas: Json): Json {
  const parameters = [
    ...describeParameters('path', route.params, schemas),
    ...describeParameters('query', route.query, schemas).map((one) =>
      route.api === 'v1' ? inBrackets(one) : one,
    ),
    ...describeParameters('header', route.headers, schemas),
  ];
  return {
    operationId: route.name,
    summary: route.summary,
    ...(route.open && { security: [] }),
    ...(route.keyed && { security: [{ bearer: [] }, { apiKey: [] }] }),
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: {
          [typeOfBody(route)]: {
            schema: describeSchema(route.body, 'input', schemas),
          },
        },
      },
    }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.responses).map(([code, response]) => [
          code,
          describeResponse(response, schemas),
        ]),
      ),
      default: describeResponse(route.api === 'v1' ? ANY_V1_ERROR : ANY_ERROR, schemas),
    },
  };
}

function typeOfBody({ takesFile, takesLines }: Route): string {
  if (takesFile) return 'multipart/form-data';
  return takesLines ? 'application/jsonl' : 'application/json';
}

function describeResponse({ description, schema, contentType }: ResponseDoc, schemas: Json): Json {
  if (!schema && !contentType) return { description };
  const described = schema ? describeSchema(schema, 'output', schemas) : { type: 'string' };
  return { description, content: { [contentType ?? 'application/json']: { schema: described } } };
}

function describeParameters(place: string, schema: z.ZodType | undefined, schemas: Json): Json[] {
  if (!schema) return [];
  const { properties, required } = OBJECT.parse(describeSchema(schema, 'input', schemas));
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...rest } = property;
    return {
      name,
      in: place,
      required: required.includes(name),
      ...(typeof description === 'string' && { description }),
      // `metadata[key]=value`
      ...(rest['type'] === 'object' && { style: 'deepObject', explode: true }),
      schema: withoutNull(rest),
    };
  });
}

/** Lists in the query of `/v1` are written `name[]`. */
function inBrackets(parameter: Json): Json {
  const isList = LIST.safeParse(parameter).success;
  return isList ? { ...parameter, name: `${String(parameter['name'])}[]` } : parameter;
}

const LIST = z.looseObject({ schema: z.looseObject({ type: z.literal('array') }) });

/** Null is a way to be absent that bodies have and parameters do not. */
function withoutNull(schema: Json): Json {
  const choices = CHOICES.safeParse(schema);
  if (choices.success) return choices.data.anyOf.find((choice) => choice['type'] !== 'null') ?? schema;
  return Array.isArray(schema['type']) ? { ...schema, type: schema['type'][0] } : schema;
}

const CHOICES = z.object({ anyOf: z.array(z.record(z.string(), z.unknown())) });

const OBJECT = z.object({
  properties: z.record(z.string(), z.record(z.string(), z.unknown())),
  required: z.array(z.string()).default([]),
});

/** The JSON Schema; what has an id in its metadata, the root too, goes into `schemas` and is referred to. */
function describeSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const { $schema: _, $defs, ...root } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  for (const [name, definition] of Object.entries($defs ?? {})) schemas[name] = linkToComponents(definition);
  return linkToComponents(root);
}

function linkToComponents(schema: object): Json {
  return JSON.parse(
    JSON.stringify(schema, (key, value: unknown) => {
      // A property may be called so too.
      if (key === 'id' && typeof value === 'string') return undefined;
      return key === '$ref' && typeof value === 'string'
        ? value.replace('#/$defs/', '#/components/schemas/')
        : value;
    }),
  ) as Json;
}
