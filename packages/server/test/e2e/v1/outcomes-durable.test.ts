import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  makeDataDir,
  processesOf,
  startBullpen,
  type BullpenProcess,
} from '../../support/bullpen-process.ts';
import {
  createManaged,
  expectOrder,
  openManaged,
  tell,
  type ManagedSession,
  type SeenEvent,
} from '../../support/managed-sessions.ts';
import { TOOLS } from '../../support/managed-tools.ts';
import { outcome, rubricOf, verdict } from '../../support/outcomes.ts';
import { killAgents } from '../../support/recovery.ts';
import { until } from '../../support/until.ts';

const SATISFIED = verdict('satisfied', 'All is there.');
const UNSATISFIED = verdict('needs_revision', 'The end is missing. [[ttft=2000]] [[text=Better]]');
/** Over which the grader thinks long enough to be hit. */
const slowly = (given: typeof SATISFIED) => rubricOf(given, '[[ttft=1500]]');

function connect(server: BullpenProcess) {
  return officialClient('1.12', { baseURL: server.url });
}

async function story(session: ManagedSession): Promise<string[]> {
  const events = await session.events();
  expectOrder(events);
  return events
    .map(tell)
    .filter((text) => /^(message|user|outcome_evaluation_(start|end)|status_(idle|rescheduled))/.test(text));
}

function heard(session: ManagedSession, type: string): Promise<SeenEvent[]> {
  return session.listen((event) => event.type === type);
}

/** The agent processes at work: those of graders are asked for a verdict. */
async function findAgents(dataDir: string, server: BullpenProcess, isGrader: boolean): Promise<number[]> {
  const found: number[] = [];
  for (const pid of await processesOf(dataDir, [server.pid])) {
    const args = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (!args.includes('--session-mirror')) continue;
    if (args.some((arg) => arg.startsWith('--json-schema=')) === isGrader) found.push(pid);
  }
  return found;
}

describe('an outcome', () => {
  it('is worked on to its end when the server is killed while the grader works, and while the agent revises', async () => {
    await using dataDir = await makeDataDir();
    let id: string;
    {
      await using server = await startBullpen(dataDir.path, ['--demo']);
      const session = await createManaged(connect(server));
      ({ id } = session);
      await session.send([outcome('[[text=Poor]]', slowly(UNSATISFIED), 2)]);
      await heard(session, 'span.outcome_evaluation_start');
      await until(
        'the grader is there',
        async () => (await findAgents(dataDir.path, server, true)).length > 0,
      );
      await server.stop('SIGKILL');
    }
    {
      await using server = await startBullpen(dataDir.path, ['--demo']);
      const session = openManaged(connect(server), id);
      const events = await session.listen(({ type }) => type === 'span.outcome_evaluation_end');
      // It goes on under the event with which it began.
      expect(events.map(({ type }) => type)).toContain('span.outcome_evaluation_ongoing');
      await session.listen((event) => tell(event) === 'model_request_start');
      await server.stop('SIGKILL');
    }
    await using server = await startBullpen(dataDir.path, ['--demo']);
    const session = openManaged(connect(server), id);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Poor"',
      'outcome_evaluation_start',
      'status_rescheduled',
      'outcome_evaluation_end needs_revision',
      'status_rescheduled',
      'message "Better"',
      'outcome_evaluation_start',
      'outcome_evaluation_end max_iterations_reached',
      'message "Better"',
      'status_idle end_turn',
    ]);
  });

  it('is looked at by another grader when every agent process is killed', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--demo']);
    const session = await createManaged(connect(server));
    await session.send([outcome('[[text=Done]]', slowly(SATISFIED))]);
    await heard(session, 'span.outcome_evaluation_start');
    await until('the grader is there', async () => (await findAgents(dataDir.path, server, true)).length > 0);
    await killAgents(dataDir.path, server);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'status_rescheduled',
      'outcome_evaluation_end satisfied',
      'status_idle end_turn',
    ]);
  });

  it('is revised by another process when the agent is killed while the grader works', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--demo']);
    const session = await createManaged(connect(server));
    await session.send([outcome('[[text=Poor]]', slowly(UNSATISFIED), 1)]);
    await heard(session, 'span.outcome_evaluation_start');
    await until('the grader is there', async () => (await findAgents(dataDir.path, server, true)).length > 0);
    for (const pid of await findAgents(dataDir.path, server, false)) process.kill(pid, 'SIGKILL');
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Poor"',
      'outcome_evaluation_start',
      'outcome_evaluation_end max_iterations_reached',
      'message "Better"',
      'status_idle end_turn',
    ]);
  });

  it('waits for its budget in the middle of an evaluation, and goes on with that', async () => {
    await using dataDir = await makeDataDir();
    await using server = await startBullpen(dataDir.path, ['--demo']);
    const client = connect(server);
    const budget = (amount: string) => ({
      type: 'limit' as const,
      max_list_cost: { amount, currency: 'USD' as const },
    });
    const session = await createManaged(client, { tools: TOOLS, budget: budget('1') });
    const looking = '[[model-usage input=4000 output=100]] [[tool=Glob {"pattern":"*"}]]';
    await session.send([
      outcome('[[model-usage input=1 output=1]] [[text=Done]]', rubricOf(SATISFIED, looking)),
    ]);
    const stopped = await session.untilIdle();
    expect(stopped.at(-1)).toMatchObject({ stop_reason: { type: 'budget_reached' } });
    const { outcome_evaluations: now } = await client.beta.sessions.retrieve(session.id);
    expect(now).toMatchObject([{ iteration: 0, result: 'evaluating' }]);
    await client.beta.sessions.update(session.id, { budget: budget('900') });
    await until('it is at its end', async () =>
      (await session.events()).some((event) => tell(event) === 'status_idle end_turn'),
    );
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'status_idle budget_reached',
      'outcome_evaluation_end satisfied',
      'status_idle end_turn',
    ]);
    const end = (await session.events()).find(({ type }) => type === 'span.outcome_evaluation_end');
    // Of the first grader too.
    expect(end?.['usage']).toMatchObject({ input_tokens: 12_000 });
  });
});
