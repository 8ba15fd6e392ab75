import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';

interface Waiting {
  id: string;
  input: { command: string };
}

const WAIT_MS = 120_000;

let console: Console;
/** Two tabs of one person. */
let page: Page;
let other: Page;
beforeAll(async () => {
  console = await startConsole();
  page = await console.open({ path: '/usage' });
  await page.context().grantPermissions(['notifications']);
  // What the desktop would show.
  await page.context().addInitScript(() => {
    const shown: string[] = [];
    class Recorded extends EventTarget {
      static readonly permission = 'granted';
      static requestPermission = (): Promise<string> => Promise.resolve('granted');
      constructor(title: string, { body = '' }: NotificationOptions = {}) {
        super();
        shown.push(`${title} ${body}`);
      }
      close(): void {
        shown.push('closed');
      }
    }
    Object.assign(globalThis, { Notification: Recorded, shown });
  });
  await page.reload();
  other = await page.context().newPage();
  await other.goto(`${console.server.url}/console/files`);
  await other.getByRole('heading', { level: 1, name: 'Files' }).waitFor();
});
afterAll(() => console[Symbol.asyncDispose]());

/** Of both tabs. */
async function readShown(): Promise<string[]> {
  const read = (): string[] => (globalThis as unknown as { shown: string[] }).shown;
  return [...(await page.evaluate(read)), ...(await other.evaluate(read))];
}

/** Starts a session that asks, and waits until the server knows that it does. */
async function ask(title: string): Promise<void> {
  const prompt = `[[tool=Bash {"command":"touch ${title}"}]] [[text=Done.]]`;
  await console.api('/execute/', { body: { prompt, title, on_ask: 'wait' } });
  await until(`${title} asks`, async () => findWaiting(title), WAIT_MS);
}

async function findWaiting(title: string): Promise<Waiting | undefined> {
  const all = (await console.api('/approvals')) as Waiting[];
  return all.find(({ input }) => input.command === `touch ${title}`);
}

const hasTitle = (tab: Page, title: string): Promise<true> =>
  until(`the title is ${title}`, async () => (await tab.title()) === title, WAIT_MS);

const told = (title: string): string => `May the agent use Bash? ${title}`;

describe('who wants to be told of what waits for them', () => {
  it('is told by nothing before they say so', async () => {
    await ask('first');
    await page.getByRole('link', { name: /^Approvals.*1/ }).waitFor();
    await hasTitle(page, 'Usage · Bullpen');
    expect(await readShown()).toEqual([]);
  });

  it('has the count in the title of every tab, once they say so', async () => {
    await page.getByRole('link', { name: /^Approvals/ }).click();
    await page.getByRole('switch', { name: 'Tell me about new ones' }).click();
    await hasTitle(page, '(1) Approvals · Bullpen');
    await hasTitle(other, '(1) Files · Bullpen');
  });

  it('has no notification while they look at the inbox', async () => {
    await ask('second');
    await page.getByRole('option', { name: /touch second/ }).waitFor();
    await hasTitle(other, '(2) Files · Bullpen');
  });

  it('has one notification for each new call, not one for each tab', async () => {
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
    for (const title of ['third', 'fourth']) {
      await ask(title);
      await until(`${title} is told`, async () => (await readShown()).includes(told(title)), WAIT_MS);
    }
    expect(await readShown()).toEqual([told('third'), told('fourth')]);
    await hasTitle(page, '(4) Usage · Bullpen');
  });

  it('has none any more of a call that is answered', async () => {
    const waiting = await findWaiting('third');
    await console.api(`/approvals/${waiting?.id}`, { body: { decision: 'allow' } });
    await until('it is taken back', async () => (await readShown()).at(-1) === 'closed', WAIT_MS);
    await hasTitle(page, '(3) Usage · Bullpen');
    await hasTitle(other, '(3) Files · Bullpen');
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
