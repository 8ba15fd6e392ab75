import { z } from 'zod';
import { ModelsUnavailable } from '../../domain/models.ts';
import { invalid, notFound, V1Error } from './errors.ts';
import { completeModel, LIFECYCLES, model, type Model } from './model-schemas.ts';
import { pageLimit, queryList } from './query.ts';
import { defineV1Route } from './route.ts';

const place = z
  .string()
  .optional()
  // The SDKs write null so.
  .transform((id) => id || undefined);

const query = z.strictObject({
  limit: pageLimit(1000, 20).describe('At most so many on a page; 1 to 1000, 20 unless given.'),
  after_id: place.describe('`last_id` of the page before.'),
  before_id: place.describe('`first_id` of the page behind.'),
  lifecycle: queryList(z.enum(LIFECYCLES)).describe('Absent: all but retired ones.'),
});

const page = z.object({
  data: z.array(model),
  has_more: z.boolean().describe('Whether there are more in the direction that was asked for.'),
  first_id: z.string().nullable(),
  last_id: z.string().nullable(),
});

const DIFFERS =
  'As the provider of this server says it. `client.models` gets what `client.beta.models` declares: its request is the same.';

export const listModels = defineV1Route({
  name: 'listModels',
  method: 'GET',
  path: '/v1/models',
  summary: 'List the models of the provider that this server uses, in its order',
  differs: DIFFERS,
  needsBeta: false,
  query,
  response: { description: 'A page.', schema: page },
  handle: async ({ query: { lifecycle = ['active', 'deprecated'], ...range } }, { context }) => {
    const wanted = new Set(lifecycle);
    const listed = await fromProvider(() => context.models.list({ withRetired: wanted.has('retired') }));
    const models = listed.map(completeModel).filter((one) => wanted.has(one.lifecycle));
    return toPage(models, range);
  },
});

export const retrieveModel = defineV1Route({
  name: 'retrieveModel',
  method: 'GET',
  path: '/v1/models/{model_id}',
  summary: 'A model of the provider that this server uses',
  differs: DIFFERS,
  needsBeta: false,
  params: z.object({ model_id: z.string() }),
  response: { description: 'The model.', schema: model },
  handle: async ({ params: { model_id: id } }, { context }) => {
    const found = await fromProvider(() => context.models.find(id));
    if (!found) throw notFound('Model', id);
    return completeModel(found);
  },
});

type Range = Pick<z.output<typeof query>, 'limit' | 'after_id' | 'before_id'>;

function toPage(models: Model[], { limit, after_id: after, before_id: before }: Range): z.infer<typeof page> {
  if (after !== undefined && before !== undefined) {
    throw invalid('before_id', 'Cannot be combined with after_id');
  }
  const start = after === undefined ? 0 : indexOf(models, after, 'after_id') + 1;
  const end = before === undefined ? models.length : indexOf(models, before, 'before_id');
  const range = models.slice(start, end);
  // Backwards, the page is the one right before.
  const data = before === undefined ? range.slice(0, limit) : range.slice(-limit);
  return {
    data,
    has_more: data.length < range.length,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
  };
}

function indexOf(models: Model[], id: string, field: string): number {
  const index = models.findIndex((one) => one.id === id);
  if (index === -1) throw invalid(field, `There is no model ${id} in this list`);
  return index;
}

/** What goes wrong with the provider is not the client's fault, whatever the provider calls it. */
async function fromProvider<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ModelsUnavailable)) throw error;
    const { status, retryAfter } = error;
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    switch (status) {
      case undefined:
        throw new V1Error('api_error', 'The model provider could not be asked. Try again in a moment.', {
          status: 502,
        });
      case 429:
        throw new V1Error('rate_limit_error', 'The model provider limits how often it is asked.', {
          headers,
        });
      case 503:
      case 529:
        throw new V1Error('overloaded_error', 'The model provider is overloaded.', { headers });
      case 401:
      case 403:
        throw new V1Error('api_error', `The model provider refused this server's credential (${status}).`, {
          status: 502,
          headers: { 'x-should-retry': 'false' },
        });
      default:
        throw new V1Error('api_error', `The model provider answered ${status}.`, { status: 502 });
    }
  }
}
