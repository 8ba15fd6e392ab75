import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeApi } from '#src/http/openapi.ts';
import { describedRoutes } from '#src/http/routes.ts';

const document = z
  .object({
    paths: z.record(
      z.string(),
      z.record(
        z.string(),
        z.looseObject({
          parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })).default([]),
          responses: z.record(z.string(), z.looseObject({ content: z.unknown().optional() })),
        }),
      ),
    ),
    components: z.looseObject({
      schemas: z.record(
        z.string(),
        z.looseObject({
          properties: z.looseObject({}).default({}),
          required: z.array(z.string()).default([]),
        }),
      ),
    }),
  })
  .parse(describeApi(describedRoutes, '1.0.0'));

const errorOf = (path: string): unknown => document.paths[path]?.['get']?.responses['default']?.content;

describe('the description of the API', () => {
  it('has the errors of /v1 where they are, and those of the simple API where those are', () => {
    const json = (name: string) => ({
      'application/json': { schema: { $ref: `#/components/schemas/${name}` } },
    });
    expect(errorOf('/v1/agents')).toEqual(json('ErrorEnvelope'));
    expect(errorOf('/sessions/')).toEqual(json('Error'));
  });

  it('writes the lists of a query of /v1 with brackets, as they are sent', () => {
    const names = document.paths['/v1/models']?.['get']?.parameters.map(({ name }) => name);
    expect(names).toEqual(['limit', 'after_id', 'before_id', 'lifecycle[]']);
  });

  it('names no required property that it does not describe', () => {
    const missing = Object.entries(document.components.schemas).flatMap(([name, { properties, required }]) =>
      required.filter((property) => !(property in properties)).map((property) => `${name}.${property}`),
    );
    expect(missing).toEqual([]);
  });
});
