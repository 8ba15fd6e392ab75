import { z } from 'zod';
import type { ProviderModel } from '../../domain/models.ts';

// Models as `/v1` shows them. A provider may say less of them than the API has by now: what is missing has a default.

const NOT_SUPPORTED = { supported: false };

const supported = z.boolean();
const support = z.object({ supported }).default(NOT_SUPPORTED);
const knownSupport = z.object({ supported }).nullable().default(null);

const capabilities = z.object({
  batch: support,
  citations: support,
  code_execution: support,
  compaction: z.object({ supported, summarize: support }).nullable().default(null),
  context_management: z
    .object({
      supported,
      clear_thinking_20251015: knownSupport,
      clear_tool_uses_20250919: knownSupport,
      compact_20260112: knownSupport,
    })
    .prefault(NOT_SUPPORTED),
  effort: z
    .object({ supported, low: support, medium: support, high: support, xhigh: knownSupport, max: support })
    .prefault(NOT_SUPPORTED),
  image_input: support,
  pdf_input: support,
  server_tools: z.object({ supported, code_execution: support, web_search: support }).prefault(NOT_SUPPORTED),
  structured_outputs: support,
  thinking: z
    .object({
      supported,
      types: z
        .object({
          adaptive: support,
          between_tools: support,
          disabled: z.object({ supported }).default({ supported: true }),
          enabled: support,
        })
        .prefault({}),
    })
    .prefault(NOT_SUPPORTED),
});

export const LIFECYCLES = ['active', 'deprecated', 'retired'] as const;
const LINES = ['haiku', 'sonnet', 'opus', 'fable', 'mythos'] as const;

const time = z.string().nullable().catch(null);
const count = z.int().nullable().catch(null);

export const model = z
  .object({
    id: z.string(),
    type: z.literal('model'),
    display_name: z.string(),
    created_at: z.string().catch('1970-01-01T00:00:00Z').describe('1970 if it is not known.'),
    lifecycle: z.enum(LIFECYCLES).catch('active'),
    line: z.enum(LINES).nullable().catch(null),
    deprecated_at: time,
    retires_at: time,
    max_input_tokens: count,
    max_tokens: count,
    capabilities: capabilities.nullable().catch(null),
    allowed_fallback_models: z.array(z.string()).nullable().catch(null),
  })
  .meta({ id: 'Model' });
export type Model = z.infer<typeof model>;

/** What a provider says of a model, made whole. */
export function completeModel(given: ProviderModel): Model {
  const { id, display_name } = given;
  return model.parse({
    ...given,
    type: 'model',
    display_name: typeof display_name === 'string' ? display_name : id,
  });
}
