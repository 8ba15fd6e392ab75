import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { startBrowser } from '../harness/browser.ts';
import { send } from '../harness/http.ts';
import { startBullpen } from '../harness/processes.ts';
import type { Scenario } from '../harness/scenario.ts';
import { median } from '../harness/statistics.ts';
import { UnwatchedPage } from '../harness/unwatched-page.ts';

const OPEN = 5;
const TOKENS_PER_SECOND = 100;
const WATCHED_MS = 10_000;
const EVENTS = 5000;
const CONVERSATION = '[role=feed]';
/** Characters of a conversation that is under way. */
const STARTED = 300;
/** Texts in one answer of the model, and answers in the long session. */
const TEXTS = 100;
const LAST = 'This is the last of it.';

export const console: Scenario = {
  name: 'console',
  how:
    `The console in Chromium. ${OPEN} sessions, each open on a page of its own while it writes ${TOKENS_PER_SECOND} tokens a second, in paragraphs of as many: ` +
    'processor time of all page processes. A page load of a session, until its last message and the composer are there: of a short session, ' +
    `and of one with ${EVENTS} events. Medians.`,
  async run(bench) {
    await using server = await startBullpen(await bench.directory(), bench.demoModelUrl);
    const { url } = server;
    const browser = await startBrowser();
    try {
      const short = await execute(url, `[[text=Hello]] [[text=${LAST}]]`);
      const long = await execute(url, longPrompt());
      const loads: { short: number[]; long: number[] } = { short: [], long: [] };
      for (let round = 0; round < bench.rounds(5); round++) {
        await bench.quiet();
        loads.short.push(await loadSession(browser, url, short));
        await bench.quiet();
        loads.long.push(await loadSession(browser, url, long));
      }
      await bench.quiet();
      const busy = await watchWriting(browser, url);
      return [
        {
          what: `${OPEN} sessions that write ${TOKENS_PER_SECOND} tokens/s each, on ${OPEN} pages`,
          unit: '%',
          value: busy * 100,
          bar: { atMost: 30, of: 'value' },
        },
        {
          what: 'load of a session, interactive',
          unit: 'ms',
          value: median(loads.short),
          bar: { atMost: 1000, of: 'value' },
        },
        {
          what: `load of a session with ${EVENTS} events, interactive`,
          unit: 'ms',
          value: median(loads.long),
          bar: { atMost: 1000, of: 'value' },
        },
      ];
    } finally {
      await browser.close();
    }
  },
};

/** Resolves with the session's id when it is done. */
async function execute(url: string, prompt: string): Promise<string> {
  const id = await start(url, prompt);
  for (;;) {
    const { body } = await send('GET', `${url}/status/${id}?wait=30`);
    const { status } = JSON.parse(body) as { status: string };
    if (status === 'completed') return id;
    if (status === 'error') throw new Error(body);
  }
}

async function start(url: string, prompt: string): Promise<string> {
  const answer = await send('POST', `${url}/execute/`, { prompt });
  if (answer.status !== 200) throw new Error(`POST /execute/ answered ${answer.status}: ${answer.body}`);
  return (JSON.parse(answer.body) as { session_id: string }).session_id;
}

/** Words, lists and code, as agents write them; with a call between the answers, which each have many texts. */
function longPrompt(): string {
  const part = (index: number): string =>
    index % 10 === 0
      ? `[[text=Step ${index}:\n\n\`\`\`ts\nexport const step${index} = (): number => ${index};\n\`\`\`]]`
      : `[[text=Step ${index}: **done**, see \`file${index}.ts\`.\n\n- one\n- two]]`;
  const answers = Array.from({ length: EVENTS / TEXTS }, (_, answer) =>
    [
      ...Array.from({ length: TEXTS }, (_one, index) => part(answer * TEXTS + index)),
      '[[tool=Glob {"pattern":"*.none"}]]',
    ].join(''),
  );
  return `${answers.join('')}[[text=${LAST}]]`;
}

/** From the click on a link to it until one could read the end and write, ms; nothing is in the browser's cache. */
async function loadSession(browser: Browser, url: string, id: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  const startedAt = performance.now();
  await page.goto(`${url}/console/sessions/${id}`, { waitUntil: 'commit' });
  await Promise.all([page.getByText(LAST).last().waitFor(), page.getByRole('textbox').first().waitFor()]);
  const took = performance.now() - startedAt;
  await context.close();
  return took;
}

/** Cores that the pages' processes take while all sessions write. */
async function watchWriting(browser: Browser, url: string): Promise<number> {
  const seconds = WATCHED_MS / 1000 + 20;
  const prompt = `[[tokens=${TOKENS_PER_SECOND} rate=${TOKENS_PER_SECOND}]]`.repeat(seconds);
  const ids = await Promise.all(Array.from({ length: OPEN }, () => start(url, prompt)));
  const pages = await Promise.all(
    ids.map(async (id) => {
      const page = await UnwatchedPage.open(browser, `${url}/console/sessions/${id}`);
      while ((await page.read(CONVERSATION)).length < STARTED) await sleep(200);
      return page;
    }),
  );
  const before = await readPageSeconds(browser);
  const startedAt = performance.now();
  await sleep(WATCHED_MS);
  const after = await readPageSeconds(browser);
  const elapsed = (performance.now() - startedAt) / 1000;
  await assertWriting(url, ids, pages);
  await Promise.all(pages.map((page) => page.close()));
  return (after - before) / elapsed;
}

/** What was watched was work, and the pages still show how it goes on. */
async function assertWriting(
  url: string,
  ids: readonly string[],
  pages: readonly UnwatchedPage[],
): Promise<void> {
  const readAll = (): Promise<string[]> => Promise.all(pages.map((page) => page.read(CONVERSATION)));
  const before = await readAll();
  await sleep(1300);
  const after = await readAll();
  if (after.some((text, index) => text === before[index])) throw new Error('A page has stopped.');
  for (const id of ids) {
    const { body } = await send('GET', `${url}/status/${id}`);
    if ((JSON.parse(body) as { status: string }).status !== 'running')
      throw new Error(`It has ended: ${body}`);
  }
}

/** CPU seconds of all processes that hold pages. */
async function readPageSeconds(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = (await session.send('SystemInfo.getProcessInfo')) as {
    processInfo: { type: string; cpuTime: number }[];
  };
  await session.detach();
  return processInfo
    .filter(({ type }) => type.toLowerCase() === 'renderer')
    .reduce((sum, { cpuTime }) => sum + cpuTime, 0);
}
