import { describe, expect, it } from 'vitest';
import { officialClient } from '../../api/sdk/recording-client.ts';
import { createManaged, expectOrder, KEY, tell } from '../../support/managed-sessions.ts';
import { outcome, RUBRIC_IN_FILE, verdict, writing } from '../../support/outcomes.ts';

const WRITING = [
  'model_request_start',
  'tool_use bash allow',
  'model_request_end',
  expect.stringMatching(/^tool_result/),
  'model_request_start',
  expect.stringMatching(/^message/),
  'model_request_end',
];

/** The events of an outcome that is reached in the second evaluation. `url`: of a server with the scripted model. */
export function describeGoldenOutcome(url: () => string): void {
  describe('the events of', () => {
    it('an outcome that needs a revision', async () => {
      const client = officialClient('1.12', { baseURL: url(), apiKey: KEY });
      const session = await createManaged(client, { tools: [{ type: 'agent_toolset_20260401' }] });
      const second = verdict('satisfied', 'All is there.');
      const first = verdict('needs_revision', `${writing(second)} [[text=Revised]]`);
      const [echo] = await session.send([outcome(`${writing(first)} [[text=Written]]`, RUBRIC_IN_FILE)]);
      expect(echo).toMatchObject({ outcome_id: expect.stringMatching(/^outc_/), max_iterations: 3 });
      await session.untilIdle();
      const events = await session.events();
      expectOrder(events);
      // A machine that is busy takes more than the ten seconds of a heartbeat.
      const told = events.map(tell).filter((text) => text !== 'outcome_evaluation_ongoing');
      expect(told).toEqual([
        'status_running',
        'thread_status_running',
        'user.define_outcome',
        ...WRITING,
        'outcome_evaluation_start',
        'outcome_evaluation_end needs_revision',
        ...WRITING,
        'outcome_evaluation_start',
        'outcome_evaluation_end satisfied',
        'thread_status_idle end_turn',
        'usage',
        'status_idle end_turn',
      ]);
      expect(events[2]).toMatchObject({ id: echo?.id, outcome_id: echo?.['outcome_id'] });
    });
  });
}
