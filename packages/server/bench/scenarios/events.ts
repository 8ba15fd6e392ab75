import { resumeSession, runSession, type Run } from '../harness/bullpen-client.ts';
import { listDescendants, readCpuSeconds, startBullpen } from '../harness/processes.ts';
import { LiveRawAgent, prepareRawAgent } from '../harness/raw-agent.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median, percentile } from '../harness/statistics.ts';
import { readAgeMs } from '../harness/time.ts';

const AGENTS = 10;
const RATE = 30;
const SECONDS = 3;
const PROMPT = `[[blocks=${RATE * SECONDS} rate=${RATE} size=100]]`;

export const events: Scenario = {
  name: 'events',
  how:
    `${AGENTS} warm agents at once, each writing ${RATE} text blocks a second for ${SECONDS} s; every block is an event of ` +
    'the log, on disk before it is sent. From the moment the model writes a block until the client of the stream has ' +
    'it, compared with the moment the raw SDK gives out the same block; in turns. CPU: of the server process, ' +
    'compared with its agent processes.',
  async run(bench) {
    const { stampingModelUrl } = bench;
    const agents: LiveRawAgent[] = [];
    await using _ = {
      [Symbol.asyncDispose]: async () => {
        for (const agent of agents) await agent[Symbol.asyncDispose]();
      },
    };
    for (let i = 0; i < AGENTS; i++) {
      agents.push(
        new LiveRawAgent(await prepareRawAgent(await bench.directory(), stampingModelUrl, 'as-bullpen')),
      );
    }
    await using server = await startBullpen(await bench.directory(), stampingModelUrl, [
      '--max-agents',
      `${AGENTS}`,
    ]);
    let sessions: Run[] = [];
    for (const agent of agents) {
      await agent.say('warm up');
      sessions.push(await runSession(server.url, 'warm up'));
    }

    const p50 = { raw: [] as number[], bullpen: [] as number[] };
    const p99 = { raw: [] as number[], bullpen: [] as number[] };
    const cpu = { server: 0, agents: 0 };
    for (let round = 0; round < bench.rounds(4); round++) {
      await bench.quiet();
      const rawDelays: number[] = [];
      await Promise.all(
        agents.map((agent) =>
          agent.sayAndWatch(PROMPT, (message) => {
            if (message.type === 'assistant') note(rawDelays, JSON.stringify(message.message.content));
          }),
        ),
      );
      await bench.quiet();
      const delays: number[] = [];
      const before = readCpu(server.pid);
      sessions = await Promise.all(
        sessions.map((session) =>
          resumeSession(server.url, session, PROMPT, {
            partial: false,
            onFrame: ({ event, data }) => {
              if (event === 'message' && !data.startsWith('{"type":"ResultMessage"')) note(delays, data);
            },
          }),
        ),
      );
      const after = readCpu(server.pid);
      const expected = AGENTS * RATE * SECONDS;
      if (delays.length !== expected) throw new Error(`${delays.length} of ${expected} events came`);
      p50.raw.push(percentile(rawDelays, 0.5));
      p99.raw.push(percentile(rawDelays, 0.99));
      p50.bullpen.push(percentile(delays, 0.5));
      p99.bullpen.push(percentile(delays, 0.99));
      cpu.server += after.server - before.server;
      cpu.agents += after.agents - before.agents;
    }
    const what = `event of ${AGENTS} agents × ${RATE}/s`;
    return [
      {
        what: `${what}, p50`,
        unit: 'ms',
        value: median(p50.bullpen),
        reference: { what: 'raw', value: median(p50.raw) },
        bar: { atMost: 1, of: 'more' },
      },
      {
        what: `${what}, p99`,
        unit: 'ms',
        value: median(p99.bullpen),
        reference: { what: 'raw', value: median(p99.raw) },
        bar: { atMost: 3, of: 'times' },
      },
      {
        what: `${what}, CPU`,
        unit: 's',
        value: cpu.server,
        reference: { what: 'the agents', value: cpu.agents },
        bar: { atMost: 0.15, of: 'times' },
      },
    ];
  },
};

function note(delays: number[], text: string): void {
  const age = readAgeMs(text);
  if (age !== undefined) delays.push(age);
}

function readCpu(pid: number): { server: number; agents: number } {
  return {
    server: readCpuSeconds(pid),
    agents: listDescendants(pid).reduce((sum, descendant) => sum + readCpuSeconds(descendant), 0),
  };
}
