import { describe, expect, it } from 'vitest';
import { call, type StatusBody } from '../../support/api-client.ts';
import { officialClient } from '../../api/sdk/recording-client.ts';
import {
  createManaged,
  expectOrder,
  tell,
  type ManagedSession,
  type SeenEvent,
} from '../../support/managed-sessions.ts';
import { outcome, rubricOf, verdict } from '../../support/outcomes.ts';
import { uuidOf } from '../../api/sdk/session-lab.ts';
import { shareServer } from '../../support/shared-server.ts';

const SATISFIED = verdict('satisfied', 'All is there.');
const UNSATISFIED = verdict('needs_revision', 'The end is missing. [[text=Better]]');
/** A rubric over which the grader thinks for a long time. */
const ENDLESS = rubricOf(SATISFIED, '[[ttft=60000]]');

const server = shareServer(['--demo']);

const connect = () => officialClient('1.12', { baseURL: server.url });

/** What the agent and the grader did, in words, after all that must hold of any list. */
async function story(session: ManagedSession): Promise<string[]> {
  const events = await session.events();
  expectOrder(events);
  return events
    .map(tell)
    .filter((text) => /^(message|user|outcome_evaluation_(start|end)|status_idle)/.test(text));
}

async function endsOf(session: ManagedSession): Promise<SeenEvent[]> {
  return (await session.events()).filter(({ type }) => type === 'span.outcome_evaluation_end');
}

/** How the outcomes of a session stand, as the session says. */
async function resultsOf(session: ManagedSession) {
  return (await connect().beta.sessions.retrieve(session.id)).outcome_evaluations;
}

function until(session: ManagedSession, type: string): Promise<SeenEvent[]> {
  return session.listen((event) => event.type === type);
}

describe('an outcome', () => {
  it('that is reached at once is told with the reasons, and what the grader used counts', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[text=Done]]', rubricOf(SATISFIED))]);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'outcome_evaluation_end satisfied',
      'status_idle end_turn',
    ]);
    const explanation =
      'An independent grader found that the outcome is reached:\n\n- Complete (met): Seen.\n\nAll is there.';
    const [end] = await endsOf(session);
    expect(end).toMatchObject({ iteration: 0, explanation });
    expect(Number(Reflect.get(Object(end?.['usage']), 'output_tokens'))).toBeGreaterThan(0);
    expect(await resultsOf(session)).toEqual([
      {
        type: 'outcome_evaluation',
        outcome_id: end?.['outcome_id'],
        description: '[[text=Done]]',
        iteration: 0,
        result: 'satisfied',
        explanation,
        completed_at: expect.any(String),
      },
    ]);
    // The simple API shows the work, and what all of it has cost.
    const { body } = await call<StatusBody>(server.url, 'GET', `/status/${uuidOf(session.id)}`);
    expect(body.status).toBe('completed');
    expect(JSON.stringify(body.messages)).toContain('Done');
    const [used] = Object.values(Object(body.result?.['model_usage']));
    const seen = (await session.events()).findLast(({ type }) => type === 'session.usage');
    expect(Reflect.get(Object(seen?.['usage']), 'output_tokens')).toBe(
      Reflect.get(Object(used), 'output_tokens'),
    );
  });

  it('that is never reached is given up after its last evaluation, which the agent hears', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[text=Poor]]', rubricOf(UNSATISFIED), 2)]);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Poor"',
      'outcome_evaluation_start',
      'outcome_evaluation_end needs_revision',
      'message "Better"',
      'outcome_evaluation_start',
      'outcome_evaluation_end max_iterations_reached',
      'message "Better"',
      'status_idle end_turn',
    ]);
    const [first, last] = await endsOf(session);
    expect(first?.['explanation']).toMatch(
      /^An independent grader found .*:\n\n- Complete \(not met\): Seen\.\n\n[^]*\n\nPlease revise your work/,
    );
    expect(last?.['explanation']).not.toContain('Please revise');
    expect(await resultsOf(session)).toMatchObject([{ iteration: 1, result: 'max_iterations_reached' }]);
  });

  it('whose rubric does not apply has failed; another can be defined afterwards', async () => {
    const session = await createManaged(connect());
    const useless = verdict('failed', 'There is no poem to judge.');
    await session.send([outcome('[[text=Done]]', rubricOf(useless))]);
    await session.untilIdle();
    await session.send([outcome('[[text=Again]]', rubricOf(SATISFIED))]);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'outcome_evaluation_end failed',
      'status_idle end_turn',
      'user.define_outcome',
      'message "Again"',
      'outcome_evaluation_start',
      'outcome_evaluation_end satisfied',
      'status_idle end_turn',
    ]);
    expect(await resultsOf(session)).toMatchObject([{ result: 'failed' }, { result: 'satisfied' }]);
  });

  it('has failed when the grader gives no verdict, and says so', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[text=Done]]', '[[text=I would rather not say]]')]);
    await session.untilIdle();
    expect(await endsOf(session)).toMatchObject([
      { result: 'failed', explanation: 'The work could not be judged. The grader gave no verdict.' },
    ]);
  });

  it('is one at a time, and is over when the grader is interrupted', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[text=Done]]', ENDLESS)]);
    await until(session, 'span.outcome_evaluation_start');
    expect(await resultsOf(session)).toMatchObject([{ result: 'evaluating', completed_at: null }]);
    await expect(session.send([outcome('Something else', 'Whatever')])).rejects.toMatchObject({
      status: 400,
    });
    const sentAt = performance.now();
    await session.send([{ type: 'user.interrupt' }]);
    await session.untilIdle();
    // Within a second, on a machine that has nothing else to do.
    expect(performance.now() - sentAt).toBeLessThan(5000);
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'user.interrupt',
      'outcome_evaluation_end interrupted',
      'status_idle end_turn',
    ]);
    await session.say('[[text=What now]]');
    await session.untilIdle();
    expect((await story(session)).slice(-2)).toEqual(['message "What now"', 'status_idle end_turn']);
  });

  it('is over when the agent is interrupted at its work', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[ttft=60000]] [[text=Done]]', rubricOf(SATISFIED))]);
    await until(session, 'span.model_request_start');
    await session.send([{ type: 'user.interrupt' }]);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'user.interrupt',
      'outcome_evaluation_end interrupted',
      'status_idle end_turn',
    ]);
    expect(await endsOf(session)).toMatchObject([{ outcome_evaluation_start_id: '', iteration: 0 }]);
    expect(await resultsOf(session)).toMatchObject([{ result: 'interrupted' }]);
  });

  it('goes on with what a client says while the grader looks, without a rest', async () => {
    const session = await createManaged(connect());
    await session.send([outcome('[[text=Done]]', rubricOf(SATISFIED, '[[ttft=2000]]'))]);
    await until(session, 'span.outcome_evaluation_start');
    await session.say('[[text=More]]');
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.define_outcome',
      'message "Done"',
      'outcome_evaluation_start',
      'outcome_evaluation_end satisfied',
      'user.message "[[text=More]]"',
      'message "More"',
      'status_idle end_turn',
    ]);
  });

  it('that comes while the agent works is taken up by it', async () => {
    const session = await createManaged(connect());
    await session.say('[[ttft=1000]] [[text=First]]');
    await until(session, 'span.model_request_start');
    await session.send([outcome('[[text=Second]]', rubricOf(SATISFIED))]);
    await session.untilIdle();
    expect(await story(session)).toEqual([
      'user.message "[[ttft=1000]] [[text=First]]"',
      'message "First"',
      'user.define_outcome',
      'message "Second"',
      'outcome_evaluation_start',
      'outcome_evaluation_end satisfied',
      'status_idle end_turn',
    ]);
  });
});
