import { z } from 'zod';
import { ModelsUnavailable, type Models, type ProviderModel } from '../domain/models.ts';
import type { Clock } from '../lib/clock.ts';
import { createDeadline } from '../lib/deadline.ts';
import { MINUTE, SECOND } from '../lib/duration.ts';
import { VERSION } from '../lib/version.ts';
import type { Upstream } from './gateway.ts';

const KEPT_MS = 5 * MINUTE;
const MAX_KEPT = 100;
const ANSWER_MS = 5 * SECOND;
const PAGE = 1000;
const MAX_PAGES = 10;

const model = z.looseObject({ id: z.string() });
const page = z.object({
  data: z.array(model),
  has_more: z.boolean().default(false),
  last_id: z.string().nullish(),
});

/** Asks the provider with the operator's credential; an answer is kept for some minutes. `signal`: ends what is under way. */
export function createModels(
  upstream: Upstream,
  clock: Clock,
  signal: AbortSignal,
  { answerMs = ANSWER_MS }: { answerMs?: number } = {},
): Models {
  const lists = new Kept<ProviderModel[]>(clock);
  const models = new Kept<ProviderModel | undefined>(clock);

  async function get<T>(path: string, parse: z.ZodType<T>): Promise<T | undefined> {
    using deadline = createDeadline(answerMs, signal);
    let answer: Response | undefined;
    try {
      answer = await fetch(`${upstream.url}${path}`, {
        // The credential goes nowhere else.
        redirect: 'manual',
        headers: {
          'anthropic-version': '2023-06-01',
          'user-agent': `bullpen/${VERSION}`,
          ...upstream.headers,
        },
        signal: deadline.signal,
      });
      if (answer.ok) return parse.parse(await answer.json());
      await answer.body?.cancel();
    } catch (error) {
      throw new ModelsUnavailable({}, { cause: error });
    }
    if (answer.status === 404) return undefined;
    throw new ModelsUnavailable({ status: answer.status, retryAfter: answer.headers.get('retry-after') });
  }

  async function listAll(path: string): Promise<ProviderModel[]> {
    const found: ProviderModel[] = [];
    let after: string | null | undefined;
    for (let count = 0; count < MAX_PAGES; count++) {
      const next = await get(after ? `${path}&after_id=${encodeURIComponent(after)}` : path, page);
      if (!next) throw new ModelsUnavailable({ status: 404 });
      found.push(...next.data);
      after = next.last_id;
      if (!next.has_more || !after) break;
    }
    return found;
  }

  const path = '/v1/models';
  const all = ['active', 'deprecated', 'retired'].map((stage) => `&lifecycle[]=${stage}`).join('');
  return {
    list: ({ withRetired }) => lists.get(`${path}?limit=${PAGE}${withRetired ? all : ''}`, listAll),
    async find(id) {
      // It would lead to another path.
      if (/^\.*$/.test(id)) return undefined;
      return models.get(`${path}/${encodeURIComponent(id)}`, (one) => get(one, model));
    },
  };
}

/** What was answered in the last minutes. Who asks while the same is being asked gets the same answer. */
class Kept<T> {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { until: number; answer: Promise<T> }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get(path: string, ask: (path: string) => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic();
    const known = this.#answers.get(path);
    if (known && known.until > now) return known.answer;
    if (this.#answers.size >= MAX_KEPT) this.#answers.clear();
    const entry = { until: now + KEPT_MS, answer: ask(path) };
    this.#answers.set(path, entry);
    const forget = (): void => {
      if (this.#answers.get(path) === entry) this.#answers.delete(path);
    };
    // What is not there is asked for again.
    entry.answer.then((found) => found === undefined && forget(), forget);
    return entry.answer;
  }
}
