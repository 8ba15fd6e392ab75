import { resumeSession, runSession } from '../harness/bullpen-client.ts';
import { startBullpen } from '../harness/processes.ts';
import { LiveRawAgent, prepareRawAgent } from '../harness/raw-agent.ts';
import { interleave } from '../harness/rounds.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

const PROMPT = '[[text=Hello]]';

export const nextTurn: Scenario = {
  name: 'next-turn',
  how:
    'The next prompt of a session whose process is warm: POST /execute/ with `resume_session_id`, then its stream, ' +
    'until the first text. Compared with the next prompt of a raw `query()` with streaming input. Medians.',
  async run(bench) {
    const { demoModelUrl } = bench;
    await using raw = new LiveRawAgent(
      await prepareRawAgent(await bench.directory(), demoModelUrl, 'as-bullpen'),
    );
    await using server = await startBullpen(await bench.directory(), demoModelUrl);
    await raw.say(PROMPT);
    let session = await runSession(server.url, PROMPT);
    const samples = await interleave(bench.rounds(30), bench.quiet, {
      raw: async () => (await raw.say(PROMPT)).firstTextMs,
      bullpen: async () => {
        session = await resumeSession(server.url, session, PROMPT);
        return session.firstTextMs;
      },
    });
    return [
      {
        what: 'next turn, process warm',
        unit: 'ms',
        value: median(samples.bullpen),
        reference: { what: 'raw, process warm', value: median(samples.raw) },
        bar: { atMost: 1.25, of: 'times' },
      },
    ];
  },
};
