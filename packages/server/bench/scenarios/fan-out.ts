import { connect } from 'node:net';
import { resumeSession, runSession, type Run } from '../harness/bullpen-client.ts';
import { createFrameReader } from '../harness/frames.ts';
import { openStream, send, type Stream } from '../harness/http.ts';
import { readCpuSeconds, startBullpen, startProgram, type Service } from '../harness/processes.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median, percentile } from '../harness/statistics.ts';
import { readAgeMs } from '../harness/time.ts';

const READERS = 1000;
const RATE = 100;
const EVENTS = 4 * RATE;
const SIZE = 400;
/** The model waits until all readers are there. */
const PROMPT = `[[blocks=${EVENTS} rate=${RATE} size=${SIZE} ttft=4000]]`;
/** One of so many readers reads every event and its time; the others count. */
const TIMED = 25;
/** More than the system keeps for a connection whose reader does not read. */
const LONG_LOG = '[[blocks=100 size=60000]]';

interface Sample {
  p50: number;
  p99: number;
  cpuSeconds: number;
}

export const fanOut: Scenario = {
  name: 'fan-out',
  how:
    `${READERS} readers of one session whose agent writes ${RATE} blocks of ${SIZE} characters a second, ${EVENTS} in all. ` +
    'Compared with a node:http server that writes the messages of a raw `query()` to as many readers and stores ' +
    'nothing; in turns. Delay from the model to the reader; CPU of the serving process from the first event to the ' +
    'last. Then beside one reader that asked for the whole log, 6 MB, and does not read it. Every reader gets every event.',
  async run(bench) {
    const { stampingModelUrl } = bench;
    await using floor = await startProgram('relay-floor', [await bench.directory(), stampingModelUrl]);
    await using server = await startBullpen(await bench.directory(), stampingModelUrl);
    let session = await runSession(server.url, LONG_LOG);

    const viaFloor = (): Promise<Sample> =>
      measure(floor, floor.url, () => send('POST', `${floor.url}/${encodeURIComponent(PROMPT)}`));
    const viaBullpen = async (): Promise<Sample> => {
      let onStarted: () => void = () => undefined;
      const started = new Promise<void>((resolve) => (onStarted = resolve));
      const run = resumeSession(server.url, session, PROMPT, { partial: false, onFrame: onStarted });
      // Before that its stream would end at once.
      await Promise.race([started, run]);
      const sample = await measure(server, streamUrl(server, session), () => run);
      session = await run;
      return sample;
    };
    const besideStalled = async (): Promise<Sample> => {
      const { host, hostname, port, pathname } = new URL(streamUrl(server, session));
      const stalled = connect(Number(port), hostname).pause();
      stalled.on('error', () => undefined);
      try {
        stalled.write(`GET ${pathname}?after=0 HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
        return await viaBullpen();
      } finally {
        stalled.destroy();
      }
    };

    const samples = { floor: [] as Sample[], bullpen: [] as Sample[], stalled: [] as Sample[] };
    for (let round = 0; round < bench.rounds(3); round++) {
      for (const [side, sample] of [
        ['floor', viaFloor],
        ['bullpen', viaBullpen],
        ['stalled', besideStalled],
      ] as const) {
        await bench.quiet();
        samples[side].push(await sample());
        bench.note(`${side}: ${JSON.stringify(samples[side].at(-1))}`);
      }
    }
    const of = (side: keyof typeof samples, what: keyof Sample): number =>
      median(samples[side].map((sample) => sample[what]));
    const what = `${READERS} readers × ${RATE}/s`;
    return [
      {
        what: `${what}, CPU`,
        unit: 's',
        value: of('bullpen', 'cpuSeconds'),
        reference: { what: 'node:http', value: of('floor', 'cpuSeconds') },
        bar: { atMost: 1.3, of: 'times' },
      },
      {
        what: `${what}, p99`,
        unit: 'ms',
        value: of('bullpen', 'p99'),
        reference: { what: 'node:http', value: of('floor', 'p99') },
        bar: { atMost: 2, of: 'times' },
      },
      {
        what: `${what}, p99 beside a stalled reader`,
        unit: 'ms',
        value: of('stalled', 'p99'),
        reference: { what: 'without it', value: of('bullpen', 'p99') },
        bar: { atMost: 1.2, of: 'times' },
      },
    ];
  },
};

function streamUrl({ url }: Service, { id, lastId }: Run): string {
  return `${url}/sessions/${id}/stream?after=${lastId}`;
}

/** Starts the run, opens all readers, and waits until each has every event. */
async function measure({ pid }: Service, url: string, run: () => Promise<unknown>): Promise<Sample> {
  const delays: number[] = [];
  const streams: Stream[] = [];
  let cpuAtFirst: number | undefined;
  let complete = 0;
  await new Promise<void>((resolve, reject) => {
    const onComplete = (): void => {
      if (++complete === READERS) resolve();
    };
    const onEvent = (text: string): void => {
      cpuAtFirst ??= readCpuSeconds(pid);
      delays.push(readAgeMs(text) ?? Number.NaN);
    };
    const open = async (): Promise<void> => {
      const ended = run();
      ended.catch(reject);
      for (let i = 0; i < READERS; i++) {
        const read = i % TIMED === 0 ? createTimer(onEvent, onComplete) : createCounter(onComplete);
        streams.push(await openStream(url, read));
      }
      if (cpuAtFirst !== undefined) throw new Error('The events came before all readers were there');
      await ended;
    };
    open().catch(reject);
  });
  const cpuSeconds = readCpuSeconds(pid) - (cpuAtFirst ?? 0);
  for (const stream of streams) stream.close();
  return { p50: percentile(delays, 0.5), p99: percentile(delays, 0.99), cpuSeconds };
}

/** Reads every frame. */
function createTimer(onEvent: (text: string) => void, onComplete: () => void): (chunk: Buffer) => void {
  let count = 0;
  return createFrameReader(({ event, data }) => {
    if (event !== 'message' || !data.startsWith('{"type":"AssistantMessage"')) return;
    onEvent(data);
    if (++count === EVENTS) onComplete();
  });
}

/** Only counts events, by the stamp that each of them begins with. */
function createCounter(onComplete: () => void): (chunk: Buffer) => void {
  let count = 0;
  return (chunk) => {
    for (let at = chunk.indexOf(MARK); at >= 0; at = chunk.indexOf(MARK, at + 1)) {
      if (++count === 2 * EVENTS) onComplete();
    }
  };
}

const MARK = '@'.codePointAt(0) ?? 0;
