import type { BetaEnvironment, EnvironmentCreateParams } from '@anthropic-ai/sdk/resources/beta/environments';
import { it } from 'vitest';
import { z } from 'zod';
import { answersAs, takes } from './assignable.ts';

const environment = z.object({
  id: z.string(),
  type: z.literal('environment'),
  name: z.string(),
  description: z.string().nullable(),
  config: z.object({ type: z.literal('self_hosted') }),
  metadata: z.record(z.string(), z.string()),
  archived_at: z.string().nullable(),
  created_at: z.string(),
  updated_at: z.string(),
});

const createBody = z.object({
  name: z.string(),
  description: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).optional(),
  scope: z.enum(['organization', 'account']).nullish(),
  config: z.object({ type: z.enum(['cloud', 'self_hosted']) }).nullish(),
});

// `npm run check` compiles the tests: that is where these fail.
it('answers are assignable to the types of the SDK, and its requests to ours', () => {
  answersAs<BetaEnvironment, z.output<typeof environment>>();
  takes<EnvironmentCreateParams, z.input<typeof createBody>>();
});

it('an answer that lacks a field, and a request that we are too narrow for, do not compile', () => {
  const nameless = environment.omit({ name: true });
  // @ts-expect-error Property 'name' is missing.
  answersAs<BetaEnvironment, z.output<typeof nameless>>();

  const narrow = createBody.extend({ description: z.string().optional() });
  // @ts-expect-error Type 'null' is not assignable to type 'string | undefined'.
  takes<EnvironmentCreateParams, z.input<typeof narrow>>();
});
