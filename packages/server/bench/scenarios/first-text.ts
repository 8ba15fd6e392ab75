import { resumeSession, runSession, type Run } from '../harness/bullpen-client.ts';
import { startBullpen } from '../harness/processes.ts';
import { prepareRawAgent, runCold } from '../harness/raw-agent.ts';
import { interleave } from '../harness/rounds.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';

const PROMPT = '[[text=Hello]]';

export const firstText: Scenario = {
  name: 'first-text',
  how:
    'One session at a time, on a server that keeps no process warm (`--idle-ttl 0s`): POST /execute/, then its stream ' +
    'with deltas, until the first text of the assistant. Compared with the first text delta of a raw `query()` with ' +
    "the SDK's default options, and with Bullpen's. `comes back` resumes that session. Medians.",
  async run(bench) {
    const { demoModelUrl } = bench;
    const defaults = await prepareRawAgent(await bench.directory(), demoModelUrl, 'defaults');
    const alike = await prepareRawAgent(await bench.directory(), demoModelUrl, 'as-bullpen');
    await using server = await startBullpen(await bench.directory(), demoModelUrl, ['--idle-ttl', '0s']);
    let session: Run | undefined;
    const samples = await interleave(bench.rounds(10), bench.quiet, {
      raw: async () => (await runCold(defaults, PROMPT)).firstTextMs,
      alike: async () => (await runCold(alike, PROMPT)).firstTextMs,
      fresh: async () => {
        session = await runSession(server.url, PROMPT);
        return session.firstTextMs;
      },
      back: async () => {
        session ??= await runSession(server.url, PROMPT);
        session = await resumeSession(server.url, session, PROMPT);
        return session.firstTextMs;
      },
    });
    const reference = { what: 'raw cold', value: median(samples.raw) };
    const sameOptions = { what: 'raw cold, same options', value: median(samples.alike) };
    const bar = { atMost: 1.1, of: 'times' } as const;
    return [
      { what: 'new session', unit: 'ms', value: median(samples.fresh), reference, bar },
      { what: 'new session', unit: 'ms', value: median(samples.fresh), reference: sameOptions },
      { what: 'evicted session comes back', unit: 'ms', value: median(samples.back), reference, bar },
    ];
  },
};
