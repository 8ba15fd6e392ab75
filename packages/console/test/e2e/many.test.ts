import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { startConsole, type Console } from '../support/console.ts';
import { feed } from '../support/conversation.ts';
import { longLog, seedSessions, type Seed } from '../support/seed.ts';

const SESSIONS = 10_000;
const LONGEST = SESSIONS - 10;
/** Each is five events: a call of the model, what it said, and a command with its output. */
const TURNS = 1000;
const FAILED_TURN = 400;
const LAST = `Step ${TURNS}: done`;
/** Whatever there is to show, so much is in the page at most: elements, and megabytes in its memory. */
const MOST_ELEMENTS = 1200;
const MOST_MEGABYTES = 40;

const TEAMS = ['shop', 'ops', 'platform'];

/** Number 1 is the oldest. Every fiftieth failed, the last ten are queued, the one before them is the longest. */
function seedOf(number: number): Seed {
  return {
    title: `Task ${number}`,
    state: number > SESSIONS - 10 ? 'queued' : number % 50 === 0 ? 'failed' : 'completed',
    metadata: { team: TEAMS[number % 3] ?? '', ...(number === 4321 && { ticket: 'T-77' }) },
    costUsd: (number * 7919) % SESSIONS,
    ...(number % 1000 === 7 && { agent: 'Reviewer' }),
    ...(number === LONGEST && { events: longLog(TURNS, FAILED_TURN) }),
  };
}

let console: Console;
let longest: string;
beforeAll(async () => {
  const seeds = Array.from({ length: SESSIONS }, (_, index) => seedOf(index + 1));
  console = await startConsole([], {}, async (dataDir) => {
    longest = (await seedSessions(dataDir, seeds))[LONGEST - 1] ?? '';
  });
});
afterAll(() => console?.[Symbol.asyncDispose]());

/** What is in the page, while its garbage is not. */
async function measure(page: Page): Promise<{ elements: number; megabytes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return {
    elements: await page.locator('*').count(),
    megabytes: usedSize / 1024 ** 2,
  };
}

async function expectBounded(page: Page): Promise<void> {
  const { elements, megabytes } = await measure(page);
  expect(elements).toBeLessThan(MOST_ELEMENTS);
  expect(megabytes).toBeLessThan(MOST_MEGABYTES);
}

/** Waits until what is seen of a list, from its top to its bottom, is filled by what it lists. */
async function seesNoGap(list: Locator, role: string): Promise<void> {
  const isFilled = (): Promise<boolean> =>
    list.evaluate(
      (element, selector) => {
        const { left, right, top, bottom } = element.getBoundingClientRect();
        // Beside the button that leads to the end.
        const x = left + (right - left) / 4;
        return [0.25, 0.5, 0.75, 0.95].every((share) =>
          document.elementFromPoint(x, top + (bottom - top) * share)?.closest(selector),
        );
      },
      `[role=${role}], ${role === 'row' ? 'tr' : role}`,
    );
  await expect.poll(isFilled, { timeout: 30_000 }).toBe(true);
}

/** Where a line of the conversation is on the screen; default: the one in the middle. */
function place(page: Page, index?: number): Promise<{ index: number; top: number }> {
  return feed(page).evaluate((list, wanted) => {
    const { left, top, width, height } = list.getBoundingClientRect();
    const article =
      wanted === undefined
        ? document.elementFromPoint(left + width / 2, top + height / 2)?.closest('article')
        : list.querySelector(`article[data-index="${wanted}"]`);
    return {
      index: Number(article?.getAttribute('data-index') ?? NaN),
      top: article?.getBoundingClientRect().top ?? NaN,
    };
  }, index);
}

describe(`a session with ${TURNS * 5} events`, () => {
  let page: Page;
  beforeAll(async () => {
    page = await console.open({ path: `/sessions/${longest}` });
  });
  afterAll(() => page?.context().close());

  it('opens at its end, stays there when the beginning has come, and draws only what is seen', async () => {
    await feed(page).getByText(LAST).waitFor();
    // A message and a command a turn, what was asked, and the line at the end.
    const size = String(2 * TURNS + 2);
    await feed(page).locator(`article[aria-setsize="${size}"]`).first().waitFor();
    expect(await feed(page).getByText(LAST).isVisible()).toBe(true);
    expect((await place(page)).index > 1980).toBe(true);
    expect(await page.getByRole('button', { name: 'Jump to latest' }).count()).toBe(0);
    expect(await feed(page).getByRole('article').count()).toBeLessThan(60);
    await expectBounded(page);
  });

  it('lets a person go from its end by the smallest movement', async () => {
    const before = await place(page);
    await page.mouse.move(500, 400);
    await page.mouse.wheel(0, -10);
    await page.getByRole('button', { name: 'Jump to latest' }).waitFor({ timeout: 10_000 });
    const after = await place(page, before.index);
    expect(after.top - before.top).toBeCloseTo(10, 0);
  });

  it('goes to its beginning and back, and nowhere is a gap', async () => {
    await feed(page).focus();
    await page.keyboard.press('Home');
    await feed(page).getByText('Do all of it.').waitFor();
    await feed(page).getByText('Step 1: done').waitFor();
    for (const share of [0.2, 0.5, 0.8]) {
      await feed(page).evaluate((list, at) => list.scrollTo(0, list.scrollHeight * at), share);
      await seesNoGap(feed(page), 'article');
    }
    await page.keyboard.press('End');
    await feed(page).getByText(LAST).waitFor();
    expect(await feed(page).getByRole('article').count()).toBeLessThan(60);
    await expectBounded(page);
  });

  it('goes up line by line without a jump, through what has never been drawn', async () => {
    await page.mouse.move(500, 400);
    for (let step = 0; step < 30; step++) {
      const before = await place(page);
      await page.mouse.wheel(0, -200);
      const moved = async (): Promise<number> => (await place(page, before.index)).top - before.top;
      await expect.poll(moved, { interval: 10, timeout: 5000 }).toBeCloseTo(200, 0);
    }
  });

  it('tells of each of its calls of the model, by keyboard and as a table', async () => {
    const picture = page.getByRole('slider', { name: 'Model calls over time' });
    await picture.focus();
    const told = (): Promise<string | null> => picture.getAttribute('aria-valuetext');
    await expect.poll(told).toMatch(new RegExp(`^Model call ${TURNS} `));
    await page.keyboard.press('Home');
    await page.keyboard.press('ArrowRight');
    await expect.poll(told).toMatch(/^Model call 2 /);
    expect(await picture.locator('*').count()).toBeLessThan(10);

    await page.getByRole('button', { name: 'As a table' }).click();
    const calls = page.getByRole('region', { name: 'Model calls' });
    await calls.getByRole('row').nth(5).waitFor();
    for (const share of [0.5, 1]) {
      await calls.evaluate((list, at) => list.scrollTo(0, list.scrollHeight * at), share);
      await seesNoGap(calls, 'row');
    }
    await calls.locator(`tr[aria-rowindex="${TURNS + 1}"]`).waitFor();
    expect(await calls.getByRole('row').count()).toBeLessThan(40);
    await page.getByRole('button', { name: 'As a picture' }).click();
  });

  it('leads to the error', async () => {
    await feed(page).focus();
    await page.keyboard.press('e');
    const failed = feed(page).getByRole('article').filter({ hasText: 'It broke.' });
    await failed.waitFor();
    await expect.poll(() => failed.evaluate((article) => article === document.activeElement)).toBe(true);
    await page.getByRole('button', { name: /latest/ }).click();
    await feed(page).getByText(LAST).waitFor();
  });
});

describe(`a fleet of ${SESSIONS} sessions`, () => {
  let page: Page;
  let grid: Locator;
  const row = (title: string): Locator => grid.getByRole('row').filter({ hasText: exactly(title) });
  const count = async (): Promise<number> => Number(await grid.getAttribute('aria-rowcount'));
  const search = (): Locator => page.getByRole('searchbox', { name: 'Search the sessions' });
  const choose = (segment: string): Promise<void> =>
    page.getByRole('navigation', { name: 'Sessions by status' }).getByRole('link', { name: segment }).click();
  /** Of the rows that are seen, from the top. */
  const titles = (): Promise<string[]> => grid.getByRole('link').allTextContents();
  beforeAll(async () => {
    page = await console.open();
    page.setDefaultTimeout(30_000);
    grid = page.getByRole('grid', { name: 'Sessions' });
  });
  afterAll(() => page?.context().close());

  it('is all there, with few of them in the page', async () => {
    // The head of the table, and those of the queued and of the earlier ones.
    await expect.poll(count, { timeout: 60_000 }).toBe(SESSIONS + 3);
    await row(`Task ${SESSIONS - 9}`).waitFor();
    expect(await grid.getByRole('row').count()).toBeLessThan(60);
    await expectBounded(page);
  });

  it('scrolls from the first to the last, and nowhere is a gap', async () => {
    for (const share of [0.1, 0.35, 0.6, 0.85]) {
      await grid.evaluate((list, at) => list.scrollTo(0, list.scrollHeight * at), share);
      await seesNoGap(grid, 'row');
      expect(await grid.getByRole('row').count()).toBeLessThan(60);
    }
    await grid.focus();
    await page.keyboard.press('j');
    await page.keyboard.press('End');
    await row('Task 1').waitFor();
    const last = row('Task 1').and(page.locator(`[aria-rowindex="${SESSIONS + 3}"]`));
    expect(await last.count()).toBe(1);
    await page.keyboard.press('Home');
    await row(`Task ${SESSIONS - 9}`).waitFor();
    await expectBounded(page);
  });

  it('finds one by its title, by metadata, by its agent, and by status', async () => {
    await search().fill('"Task 4321"');
    await expect.poll(count).toBe(2);
    await row('Task 4321').waitFor();
    await search().fill('');
    await expect.poll(count).toBe(SESSIONS + 3);

    await search().pressSequentially('ticket:T-77 ');
    await row('Task 4321').waitFor();
    expect(await count()).toBe(2);
    await page.getByRole('button', { name: 'Remove the filter ticket:T-77' }).click();
    await expect.poll(count).toBe(SESSIONS + 3);

    await page.getByRole('button', { name: 'Filter', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Agent: Reviewer' }).click();
    await expect.poll(count).toBe(11);
    expect(await titles()).toEqual(
      ['9', '8', '7', '6', '5', '4', '3', '2', '1', ''].map((n) => `Task ${n}${n && '00'}7`),
    );
    await page.getByRole('button', { name: 'Remove the filter agent:Reviewer' }).click();

    await choose('Failed');
    await expect.poll(count).toBe(SESSIONS / 50);
    await row('Task 9950').waitFor();
    await choose('All');
    await expect.poll(count).toBe(SESSIONS + 3);
  });

  it('is sorted by what it costs, up and down', async () => {
    const byCost = page.getByRole('columnheader', { name: 'Cost' });
    await byCost.getByRole('button').click();
    await expect.poll(async () => (await titles())[0]).toBe(titleByCost(-1));
    expect(await byCost.getAttribute('aria-sort')).toBe('descending');
    await byCost.getByRole('button').click();
    await expect.poll(async () => (await titles())[0]).toBe(titleByCost(0));
    await byCost.getByRole('button').click();
    await row(`Task ${SESSIONS - 9}`).waitFor();
  });

  it('selects thousands at once, and keeps them until told otherwise', async () => {
    await grid.getByRole('checkbox', { name: 'Select all that are shown' }).check();
    await page.getByText('10,000 selected').waitFor();
    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('heading', { name: 'Delete 10,000 sessions?' }).waitFor();
    await dialog.getByText('10 of them are still at work and are cancelled first.').waitFor();
    await dialog.getByRole('button', { name: 'Keep them' }).click();
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    expect(await count()).toBe(SESSIONS + 3);
  });

  it('cancels, archives and deletes many', async () => {
    const doWith = async (action: string, done: string): Promise<void> => {
      await grid.getByRole('checkbox', { name: 'Select all that are shown' }).check();
      const selected = page.getByRole('region', { name: 'Selected sessions' });
      await selected.getByRole('button', { name: action }).click();
      await page
        .getByRole('dialog')
        .getByRole('button', { name: new RegExp(`^${action} \\d+ sessions$`) })
        .click();
      await page.getByText(done, { exact: true }).waitFor();
    };
    await choose('Queued');
    await expect.poll(count).toBe(11);
    await doWith('Cancel', '10 sessions cancelled');
    await page.getByText('No session fits').waitFor();
    await choose('Stopped');
    await expect.poll(count).toBe(11);
    await doWith('Archive', '10 sessions archived');
    await choose('Archived');
    await expect.poll(count).toBe(11);
    await doWith('Delete', '10 sessions deleted');
    await choose('All');
    await expect.poll(count).toBe(SESSIONS - 10 + 1);
    await row(`Task ${SESSIONS - 10}`).waitFor();
    await expectBounded(page);
  });

  it('has had no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});

/** Not Task 11 where Task 1 is meant. */
function exactly(title: string): RegExp {
  return new RegExp(`${title}(?!\\d)`);
}

function titleByCost(at: number): string {
  const numbers = Array.from({ length: SESSIONS }, (_, index) => index + 1);
  const byCost = numbers.toSorted((a, b) => (seedOf(a).costUsd ?? 0) - (seedOf(b).costUsd ?? 0));
  return `Task ${byCost.at(at)}`;
}
