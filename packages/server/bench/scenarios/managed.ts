import { createFrameReader } from '../harness/frames.ts';
import { openStream, send } from '../harness/http.ts';
import { startBullpen } from '../harness/processes.ts';
import { interleave } from '../harness/rounds.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median, percentile } from '../harness/statistics.ts';

const MANY = 5000;
const FEW = 10;
/** Events in one request, while a log is filled. */
const BATCH = 100;

export const managed: Scenario = {
  name: 'managed',
  how:
    'Sessions of /v1. A message to a session whose process is warm, until the first event of its turn at a client that ' +
    'listens. An interrupt of an agent whose command runs for a minute, until the session is idle. Then an event that ' +
    `no agent sees (an interrupt of an idle session), sent to a session with ${FEW} events ` +
    `and to one with ${MANY}: until it is acknowledged. Medians.`,
  async run(bench) {
    await using server = await startBullpen(await bench.directory(), bench.demoModelUrl);
    const { url } = server;
    const agent = await create(`${url}/v1/agents`, {
      name: 'Bench',
      model: 'claude-opus-5-5',
      tools: [{ type: 'agent_toolset_20260401' }],
    });
    const environment = await create(`${url}/v1/environments`, { name: 'Bench' });
    const open = (): Promise<string> => create(`${url}/v1/sessions`, { agent, environment_id: environment });
    const session = await open();
    let heard: (type: string) => void = () => undefined;
    const read = createFrameReader(({ data }) => heard((JSON.parse(data) as { type: string }).type));
    const stream = await openStream(`${url}/v1/sessions/${session}/events/stream`, read);
    const say = async (): Promise<number> => {
      let firstMs: number | undefined;
      const startedAt = performance.now();
      const idle = new Promise<void>((resolve) => {
        heard = (type) => {
          if (type !== 'ping') firstMs ??= performance.now() - startedAt;
          if (type === 'session.status_idle') resolve();
        };
      });
      await append(url, session, [message('[[text=Hello]]')]);
      await idle;
      return firstMs ?? Number.NaN;
    };
    /** From the interrupt of an agent whose command would run for a minute, until the session is idle. */
    const interruptAtWork = async (): Promise<number> => {
      const seen = (type: string): Promise<void> =>
        new Promise((resolve) => (heard = (one) => one === type && resolve()));
      const atWork = seen('agent.tool_use');
      await append(url, session, [message('[[tool=Bash {"command":"echo hi; read -t 60 < /dev/zero"}]]')]);
      await atWork;
      const idle = seen('session.status_idle');
      const startedAt = performance.now();
      await append(url, session, [{ type: 'user.interrupt' }]);
      await idle;
      return performance.now() - startedAt;
    };
    for (let i = 0; i < 3; i++) await say();
    const firstEvents: number[] = [];
    for (let i = 0; i < bench.rounds(50); i++) {
      await bench.quiet();
      firstEvents.push(await say());
    }
    const interrupted: number[] = [];
    for (let i = 0; i < bench.rounds(10); i++) interrupted.push(await interruptAtWork());
    stream.close();

    const [short, long] = [await open(), await open()];
    await append(url, short, interrupts(FEW));
    for (let sent = 0; sent < MANY; sent += BATCH) await append(url, long, interrupts(BATCH));
    const appends = await interleave(bench.rounds(200), bench.quiet, {
      short: () => append(url, short, interrupts(1)),
      long: () => append(url, long, interrupts(1)),
    });
    return [
      {
        what: 'message to first event, process warm, p50',
        unit: 'ms',
        value: percentile(firstEvents, 0.5),
        bar: { atMost: 10, of: 'value' },
      },
      {
        what: 'interrupt to idle, a command at work, p50',
        unit: 'ms',
        value: percentile(interrupted, 0.5),
        bar: { atMost: 1000, of: 'value' },
      },
      {
        what: `one more event, after ${MANY} events`,
        unit: 'ms',
        value: median(appends.long),
        reference: { what: `after ${FEW} events`, value: median(appends.short) },
        bar: { atMost: 1.2, of: 'times' },
      },
    ];
  },
};

async function create(url: string, body: Record<string, unknown>): Promise<string> {
  const answer = await send('POST', url, body);
  if (answer.status !== 200) throw new Error(`POST ${url} answered ${answer.status}: ${answer.body}`);
  return (JSON.parse(answer.body) as { id: string }).id;
}

/** How long the acknowledgement took, ms. */
async function append(url: string, session: string, events: object[]): Promise<number> {
  const answer = await send('POST', `${url}/v1/sessions/${session}/events`, { events });
  if (answer.status !== 200) throw new Error(`Events were answered ${answer.status}: ${answer.body}`);
  return answer.ms;
}

function message(text: string): object {
  return { type: 'user.message', content: [{ type: 'text', text }] };
}

function interrupts(count: number): object[] {
  return Array.from({ length: count }, () => ({ type: 'user.interrupt' }));
}
