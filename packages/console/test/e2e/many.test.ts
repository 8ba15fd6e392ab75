import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsole, type Console } from '../support/console.ts';
import { seedSessions } from '../support/seed.ts';

const SESSIONS = 10_000;
const EVENTS = 5000;

let console: Console;
let longest: string;
beforeAll(async () => {
  console = await startConsole([], {}, async (dataDir) => {
    [longest = ''] = await seedSessions(dataDir, SESSIONS, EVENTS);
  });
}, 120_000);
afterAll(() => console?.[Symbol.asyncDispose]());

describe(`a session with ${EVENTS} events`, () => {
  it('opens at its end, holds few of them in the page, and goes to its first message and back', async () => {
    const page = await console.open({ path: `/sessions/${longest}` });
    const feed = page.getByRole('feed');
    const last = feed.getByText(`Step ${EVENTS - 1}: done`);
    await last.waitFor();
    expect(await feed.getByRole('article').count()).toBeLessThan(200);
    await feed.focus();
    await page.keyboard.press('Home');
    await feed.getByText('Do 1', { exact: true }).waitFor();
    await feed.getByText('Step 1: done', { exact: false }).first().waitFor();
    await page.keyboard.press('End');
    await last.waitFor();
    await page.context().close();
  });
});

describe(`a fleet of ${SESSIONS} sessions`, () => {
  it('shows the first and the last, finds one of them, and selects all', async () => {
    const page = await console.open();
    const grid = page.getByRole('grid', { name: 'Sessions' });
    await grid.getByText(`Task ${SESSIONS}`, { exact: true }).waitFor();
    await expect.poll(() => grid.getAttribute('aria-rowcount').then(Number)).toBeGreaterThan(SESSIONS);
    expect(await grid.getByRole('row').count()).toBeLessThan(200);
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await grid.getByText('Task 1', { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: /^Select all/ }).check();
    await page.getByText('10,000 selected').waitFor();
    await page.getByRole('searchbox').or(page.getByLabel('Search the sessions')).first().fill('Task 4321');
    await grid.getByText('Task 4321', { exact: true }).waitFor();
    await expect.poll(() => grid.getByRole('row').count()).toBeLessThan(10);
    await page.context().close();
  });

  it('has had no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
