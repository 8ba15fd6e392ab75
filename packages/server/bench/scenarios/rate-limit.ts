import { setTimeout as sleep } from 'node:timers/promises';
import { createPatience } from '#src/gateway/patience.ts';
import { startGateway } from '#src/gateway/start-gateway.ts';
import { systemClock as clock } from '#src/lib/clock.ts';
import { createLog } from '#src/log.ts';
import { startLimitedModel } from '../harness/limited-model.ts';
import type { Scenario } from '../harness/scenario.ts';

const AGENTS = 50;
const REQUESTS = 5;
const PER_SECOND = 10;
const ANSWER_MS = 300;
const MINUTES = 60_000;
/** As the agent binary does by default. */
const RETRIES = 10;
const MAX_PAUSE_MS = 32_000;

export const rateLimit: Scenario = {
  name: 'rate-limit',
  how:
    `${AGENTS} scripted agents with ${REQUESTS} requests each, one after the other, to a model that serves ${PER_SECOND} a ` +
    `second and refuses the rest with 429 and retry-after: 1. Through the gateway, compared with the same agents ` +
    `directly, which try again as the agent binary does: ${RETRIES} times, after pauses that double from half a second on.`,
  async run(bench) {
    const direct = await measure((url) =>
      Promise.resolve({ url, keyOf: () => 'key', close: async () => {} }),
    );
    const shared = await measure(async (upstream) => {
      const gateway = await startGateway({
        upstream: { url: upstream, headers: {} },
        clock,
        log: createLog({ level: 'silent', format: 'json' }),
        patience: createPatience(15 * MINUTES),
        onRequest: () => undefined,
      });
      return {
        url: gateway.url,
        keyOf(index) {
          const pass = gateway.issuePass({ tenantId: 'bench', sessionId: String(index) });
          pass.setRun('run');
          return pass.token;
        },
        close: () => gateway[Symbol.asyncDispose](),
      };
    });
    bench.note(`through the gateway ${JSON.stringify(shared)}, directly ${JSON.stringify(direct)}`);
    return [
      {
        what: `${AGENTS} agents, refused requests per served one`,
        unit: '%',
        value: (shared.refused / shared.served) * 100,
        reference: { what: 'directly', value: (direct.refused / direct.served) * 100 },
        bar: { atMost: 0.5, of: 'times' },
      },
      {
        what: `${AGENTS} agents, all done`,
        unit: 's',
        value: shared.seconds,
        reference: { what: 'directly', value: direct.seconds },
        bar: { atMost: 1.1, of: 'times' },
      },
    ];
  },
};

interface Way {
  url: string;
  keyOf(index: number): string;
  close(): Promise<void>;
}

async function measure(
  open: (url: string) => Promise<Way>,
): Promise<{ served: number; refused: number; lost: number; seconds: number }> {
  await using model = await startLimitedModel(PER_SECOND, ANSWER_MS);
  const way = await open(model.url);
  const startedAt = performance.now();
  const ends = await Promise.all(
    Array.from({ length: AGENTS }, (_, index) => runAgent(way.url, way.keyOf(index))),
  );
  const seconds = (performance.now() - startedAt) / 1000;
  await way.close();
  const lost = ends.filter((isDone) => !isDone).length;
  return { served: model.served, refused: model.refused, lost, seconds };
}

/** False: it has given up. */
async function runAgent(url: string, key: string): Promise<boolean> {
  for (let done = 0; done < REQUESTS; done++) {
    for (let attempt = 0; !(await isServed(url, key, attempt)); attempt++) {
      if (attempt === RETRIES) return false;
    }
  }
  return true;
}

async function isServed(url: string, key: string, attempt: number): Promise<boolean> {
  const response = await fetch(`${url}/v1/messages`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: '{"model":"claude-limited","messages":[]}',
  });
  await response.arrayBuffer();
  if (response.ok) return true;
  const backOffMs = Math.min(MAX_PAUSE_MS, 500 * 2 ** attempt) * (1 + Math.random() / 4);
  await sleep(Math.max(Number(response.headers.get('retry-after')) * 1000, backOffMs));
  return false;
}
