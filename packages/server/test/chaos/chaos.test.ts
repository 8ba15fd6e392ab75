import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFailed } from 'vitest';
import { systemClock } from '#src/lib/clock.ts';
import type { ListedSession, StatusBody } from '../support/api-client.ts';
import { makeDataDir, processesOf } from '../support/bullpen-process.ts';
import { startPostgres, type TestPostgres } from '../support/postgres.ts';
import { countedCall, runsOf, toolCallsOf, toolResultsOf } from '../support/recovery.ts';
import { until } from '../support/until.ts';
import { startMeteredModel, type MeteredModel } from './metered-model.ts';
import { createRandom } from './random.ts';
import { follow, createWorld, type World } from './world.ts';

const SESSIONS = 20;
const ROUNDS = Number(process.env['BULLPEN_CHAOS_ROUNDS'] ?? '10');
/** The same seed does the same things in the same order; when they happen in an agent's life is up to the machine. */
const SEED = Number(process.env['BULLPEN_CHAOS_SEED'] ?? Date.now() % 1_000_000);
const MINUTE = 60_000;

it(
  `whatever is killed, nothing is lost, nothing runs twice and nothing is left (seed ${SEED}, ${ROUNDS} rounds)`,
  async () => {
    onTestFailed(() => console.error(`Again with BULLPEN_CHAOS_SEED=${SEED} BULLPEN_CHAOS_ROUNDS=${ROUNDS}`));
    const started = await startPostgres();
    if ('reason' in started) throw new Error(started.reason);
    await using postgres = started.postgres;
    await using dataDir = await makeDataDir();
    await using model = await startMeteredModel();
    const env = {
      BULLPEN_DATABASE_URL: await postgres.createDatabase(),
      ANTHROPIC_API_KEY: 'sk-test-of-chaos-0123456789',
      ANTHROPIC_BASE_URL: model.url,
      // Whoever is cut more often than three times goes on here, so that every run has an end to look at.
      BULLPEN_RETRY_DELAYS: Array.from({ length: 3 * ROUNDS + 3 }, () => '0s').join(','),
    };
    await using world = await createWorld(
      dataDir.path,
      ['--max-agents', '6', '--shutdown-grace', '200ms'],
      env,
    );
    await world.start();
    const random = createRandom(SEED);

    const over = new AbortController();
    const ids: string[] = [];
    const asked: Record<string, string[]> = {};
    for (let index = 0; index < SESSIONS; index++) {
      const { prompt, calls, waits } = makeWork(index, random);
      const { body } = await world.post(
        '/execute/',
        { prompt, ...(waits ? { on_ask: 'wait' } : { allowed_tools: ['Bash'] }), title: `number ${index}` },
        `execute-${index}`,
      );
      const { session_id: id } = body as { session_id: string };
      ids.push(id);
      asked[id] = calls;
    }
    const followers = ids.map((id) => follow(world, id, over.signal));
    const person = answerEverything(world, over.signal);

    const doing = createUncertainty(model);
    for (let round = 0; round < ROUNDS; round++) {
      await sleep(random.between(100, 1500));
      await doing(() => doHarm(random, world, postgres));
    }

    for (const id of ids) {
      const status = await untilEnd(world, id);
      // Nothing acknowledged is lost.
      expect([status.status, status.error]).toEqual(['completed', null]);
      expect(status.messages[0]).toMatchObject({ type: 'UserMessage' });
      const prompts = status.messages.filter(
        ({ type, content }) => type === 'UserMessage' && typeof content['content'] === 'string',
      );
      expect(prompts).toHaveLength(1);
      // No tool ran twice, and each that says that it ran, did.
      for (const [name, count] of Object.entries(runsOf(dataDir.path, id))) {
        expect([name, count]).toEqual([name, 1]);
        expect(asked[id]).toContain(name);
      }
      // Every call has exactly one end.
      const ends = toolResultsOf(status).map((result) => result.id);
      expect(ends.toSorted(compare)).toEqual([...new Set(toolCallsOf(status))].toSorted(compare));
      // Every message once and in order, however often the stream broke.
      const seen = await followers[ids.indexOf(id)];
      expect(seen?.ids).toEqual([...new Set(seen?.ids)].toSorted((a, b) => a - b));
      expect(seen?.messages).toEqual(status.messages);
      // What the model finished is paid for.
      expect(status.total_cost_usd ?? 0).toBeGreaterThanOrEqual(
        model.costOf(`echo s${ids.indexOf(id)}c0 `) - 1e-9,
      );
    }
    const listed = (await world.get('/sessions/')) as ListedSession[];
    expect(listed.map(({ session_id: id }) => id)).toEqual(ids);
    over.abort();
    await person;
    await world.server().stop('SIGTERM');
    expect(await processesOf(dataDir.path)).toEqual([]);
  },
  (5 + ROUNDS) * MINUTE,
);

/** The status at the end. A session that has none is shown with what the server says of it. */
async function untilEnd(world: World, id: string): Promise<StatusBody> {
  let last: StatusBody | undefined;
  const isOver = async (): Promise<StatusBody | false> => {
    last = (await world.get(`/status/${id}?wait=5`)) as StatusBody;
    return ['completed', 'error', 'cancelled'].includes(last.status) && last;
  };
  try {
    return await until(`session ${id} ends`, isOver, 5 * MINUTE);
  } catch (error) {
    const about = {
      status: { ...last, messages: last?.messages.slice(-5) },
      approvals: await world.get(`/approvals?status=all&session_id=${id}`),
      log: world.server().output().slice(-5000),
    };
    throw new Error(`It does not end: ${JSON.stringify(about, null, 1)}`, { cause: error });
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A few calls that note their runs, words between them, and a stream of text; some need a person for every call. */
function makeWork(
  index: number,
  { between, next }: ReturnType<typeof createRandom>,
): { prompt: string; calls: string[]; waits: boolean } {
  const count = Math.floor(between(1, 4));
  const calls = Array.from({ length: count }, (_, call) => `s${index}c${call}`);
  const parts = calls.map(
    (name) => `[[text=Before ${name}]] ${countedCall(name, `; sleep ${between(0.1, 1).toFixed(2)}`)}`,
  );
  return { prompt: `Work. ${parts.join(' ')} [[tokens=40 rate=40]]`, calls, waits: next() < 0.3 };
}

type Harm = 'server' | 'stop' | 'agent' | 'database';

async function doHarm(
  { pick, next }: ReturnType<typeof createRandom>,
  world: World,
  postgres: TestPostgres,
): Promise<Harm> {
  const harm = pick<Harm>(['server', 'server', 'stop', 'agent', 'agent', 'database']);
  if (harm === 'agent') await world.killAnAgent(next);
  else if (harm !== 'database') await world.restart(harm === 'server' ? 'SIGKILL' : 'SIGTERM');
  else {
    await postgres.stop('crash');
    await sleep(next() * 500);
    await postgres.start();
  }
  return harm;
}

/** So long before a kill an answer may have been finished and not be noted: its last bytes are on their way. */
const ON_THEIR_WAY_MS = 500;
/** So long after the database is back its server may still hold what could not be stored: the longest pause and more. */
const CATCHING_UP_MS = 4000;

/** Tells the model of which answers may be lost by what is done: those that nothing but the killed process knew of. */
function createUncertainty({ noteUncertain }: MeteredModel): (work: () => Promise<Harm>) => Promise<void> {
  let away = { from: -Infinity, to: -Infinity };
  return async (work) => {
    const from = systemClock.monotonic() - ON_THEIR_WAY_MS;
    const harm = await work();
    const to = systemClock.monotonic();
    // An answer that was had while the database was away is kept by the server alone.
    const isUnsaved = from - away.to < CATCHING_UP_MS;
    if (harm === 'database') away = { from: isUnsaved ? away.from : from, to };
    else noteUncertain(isUnsaved && harm !== 'agent' ? away.from : from, to);
  };
}

/** A person who allows whatever waits, as soon as they see it. */
async function answerEverything(world: World, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const open = (await world.get('/approvals')) as { id: string }[];
    for (const { id } of open) {
      await world.post(`/approvals/${id}`, { decision: 'allow' }, `answer-${id}`);
    }
    await sleep(50);
  }
}
