import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startConsole, type Console } from '../support/console.ts';
import { answer, dock, feed, seesStatus } from '../support/conversation.ts';

let console: Console;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console[Symbol.asyncDispose]());

const start = (page: Page, title: string): Promise<void> =>
  page
    .getByRole('listitem')
    .filter({ has: page.getByRole('heading', { name: title }) })
    .getByRole('button', { name: 'Start it' })
    .click();

/** Removes what an example has started, so that the server is empty again. */
async function remove(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
}

describe('a server without sessions', () => {
  let page: Page;

  it('offers three things to try, and a command for the terminal', async () => {
    page = await console.open();
    await page.getByRole('heading', { name: 'No sessions yet' }).waitFor();
    await page.getByRole('button', { name: 'Start it' }).nth(2).waitFor();
    expect(await page.getByRole('button', { name: 'Start it' }).count()).toBe(3);
    await page.getByText('curl http://').waitFor();
  });

  it('shows with one click an agent that writes and runs a program, which needs nobody', async () => {
    await start(page, 'Watch an agent write and run a program');
    await page.getByRole('heading', { level: 1, name: 'Write and run a program' }).waitFor();
    await seesStatus(page, 'Done');
    await feed(page).getByText('13 is prime').first().waitFor();
    await remove(page);
  });

  it('shows with one click an agent that asks for permission, and goes on with it', async () => {
    await start(page, 'Let an agent ask for your permission');
    const card = dock(page).filter({ hasText: 'sh greet.sh' });
    await card.waitFor();
    await answer(card, 'Allow');
    await seesStatus(page, 'Done');
    await feed(page).getByText('Hello from').last().waitFor();
    await remove(page);
  });

  it('shows with one click an agent that asks a question, and goes on with the answer', async () => {
    await start(page, 'Have an agent ask you a question');
    await dock(page).getByRole('radio', { name: 'Several' }).check();
    await dock(page).getByRole('button', { name: 'Send the answer' }).click();
    await feed(page).getByText('Thank you, that settles it.').last().waitFor();
    await seesStatus(page, 'Done');
    await page.getByRole('link', { name: 'All sessions' }).click();
    await page.getByRole('row', { name: /Done.*Choose a database/ }).waitFor();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
