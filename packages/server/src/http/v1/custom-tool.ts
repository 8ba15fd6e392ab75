import { z } from 'zod';
import { BUILT_IN_TOOL_NAMES, type CustomTool } from '../../domain/agent-config.ts';
import { MAX_CUSTOM_TOOL_NAME } from '../../domain/mcp-names.ts';
import { textOf } from './fields.ts';

const NAME = /^[A-Za-z0-9_-]+$/;
/** What is longer the agent would cut. */
const MAX_DESCRIPTION = 4096;
const COMBINATIONS = ['oneOf', 'anyOf', 'allOf'];

const inputSchema = z
  .looseObject({
    type: z.literal('object'),
    properties: z.record(z.string(), z.unknown()).nullish(),
    required: z.array(z.string()).nullish(),
  })
  .superRefine((schema, context) => {
    const combination = COMBINATIONS.find((keyword) => schema[keyword] !== undefined);
    if (combination !== undefined) {
      context.addIssue({ code: 'custom', path: [combination], message: 'Not allowed at the top level' });
    }
    const reference = findReference(schema, []);
    if (reference) {
      context.addIssue({
        code: 'custom',
        path: reference,
        message: 'References are not allowed: write out what it refers to',
      });
    }
  })
  .transform(({ properties, required, ...schema }): CustomTool['input_schema'] => ({
    ...schema,
    ...(properties && { properties }),
    ...(required && { required }),
  }))
  .describe('A JSON Schema without `$ref`, and without `oneOf`, `anyOf` and `allOf` at the top level.');

/** A tool that the client carries out. */
export const customTool = z
  .strictObject({
    type: z.literal('custom'),
    // With 128 characters, as the hosted API takes them, the agent would not have it: its own name for it is longer.
    name: textOf(1, MAX_CUSTOM_TOOL_NAME)
      .regex(NAME, 'Input should consist of letters, digits, underscores and hyphens')
      .refine((name) => !name.startsWith('mcp__'), 'Names that begin with mcp__ are taken by MCP servers')
      .refine((name) => !BUILT_IN.has(name), 'This is the name of a built-in tool'),
    description: textOf(1, MAX_DESCRIPTION),
    input_schema: inputSchema,
  })
  .transform((tool): CustomTool => tool);

const BUILT_IN: ReadonlySet<string> = new Set(BUILT_IN_TOOL_NAMES);

/** Where the first `$ref` of a schema stands. A property of this name is none. */
function findReference(value: unknown, path: (string | number)[]): (string | number)[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value);
  for (const [key, child] of entries) {
    if (key === '$ref' && typeof child === 'string') return [...path, key];
    const found = findReference(child, [...path, key]);
    if (found) return found;
  }
  return undefined;
}
