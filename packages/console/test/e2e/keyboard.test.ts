import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import { composer, dock, feed, seesStatus } from '../support/conversation.ts';

// Nothing here uses a mouse: what is done is done with `keyboard`, and locators only look.

const PROMPT =
  'Bake bread. [[text=I begin.]] [[tool=Bash {"command":"touch dough"}]] [[tool=Bash {"command":"touch salt"}]] [[text=It is in the oven.]]';
const WAIT_MS = 60_000;

let console: Console;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  page = await console.open();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(() => console[Symbol.asyncDispose]());

const press = (...keys: string[]): Promise<void> =>
  keys.reduce<Promise<void>>((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

/** What has the focus, by its name; undefined: nothing has. */
const focused = (): Promise<string | undefined> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    const label = 'labels' in element ? (element as HTMLInputElement).labels?.[0]?.innerText : undefined;
    return (element.getAttribute('aria-label') ?? label ?? element.innerText).trim();
  });

/** After what was done the focus is somewhere: the next key goes on from there. */
const keepsFocus = (after: string): Promise<string> =>
  until(`something has the focus after ${after}`, focused, WAIT_MS);

async function tabTo(name: string | RegExp, key = 'Tab'): Promise<void> {
  const passed: (string | undefined)[] = [];
  while (passed.length < 100) {
    await press(key);
    const at = await focused();
    if (at !== undefined && (typeof name === 'string' ? at === name : name.test(at))) return;
    passed.push(at);
  }
  throw new Error(`The Tab key does not lead to ${String(name)}, but to ${passed.join(' | ')}.`);
}

/** A card takes no key before it could be read: until then, again. */
async function answerBy(key: string, isTaken: () => Promise<boolean>): Promise<void> {
  const attempt = async (): Promise<boolean> => {
    if (await isTaken()) return true;
    await press(key);
    return false;
  };
  await until(`${key} is taken`, attempt, WAIT_MS);
}

async function choose(item: string): Promise<void> {
  await tabTo('More actions');
  await press('Enter');
  await page.getByRole('menu').waitFor();
  await until(`${item} is chosen in the menu`, async () => {
    if ((await focused()) === item) return true;
    await press('ArrowDown');
    return false;
  });
  await press('Enter');
}

describe('by keyboard alone', () => {
  it('a session is started', async () => {
    await press('g', 'n');
    await until('the prompt has the focus', async () => (await focused()) === 'What should the agent do?');
    await page.keyboard.type(PROMPT);
    await tabTo(/^Permissions and tools/);
    await press('Enter');
    await tabTo('As the server has it');
    await press('ArrowDown');
    expect(await focused()).toBe('Standard');
    await tabTo('Wait for an answer');
    await press('Control+Enter');
    await page.waitForURL('**/sessions/*');
    await keepsFocus('starting');
  });

  it('a call is allowed, and another denied with a message', async () => {
    const card = (text: string) => dock(page).filter({ hasText: text });
    await card('touch dough').waitFor();
    await answerBy('a', () => card('touch dough').isHidden());
    await keepsFocus('allowing');
    await card('touch salt').waitFor();
    await answerBy('d', () => dock(page).getByRole('textbox').isVisible());
    await page.keyboard.type('Without salt.');
    await press('Enter');
    await feed(page).getByText('“Without salt.”').waitFor();
    await seesStatus(page, 'Done');
    await keepsFocus('denying');
  });

  it('a message follows, and the agent is interrupted', async () => {
    await press('c');
    expect(await composer(page).evaluate((area) => area === document.activeElement)).toBe(true);
    await page.keyboard.type('Slice it. [[text=Slowly.]] [[tokens=5000 rate=20]]');
    await press('Enter');
    await seesStatus(page, 'Running');
    expect(await focused()).toBe('Message to the agent');
    await press('Escape');
    await feed(page).getByText('Interrupted', { exact: true }).waitFor();
    await keepsFocus('interrupting');
  });

  it('every key is listed by the question mark, and the focus comes back from the list', async () => {
    await press('Shift+Tab');
    const before = await focused();
    await press('?');
    const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const text of ['Write to the agent', 'Rename the session', 'Fork the session', 'Approvals']) {
      await dialog.getByText(text, { exact: true }).waitFor();
    }
    await press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(await keepsFocus('closing the list')).toBe(before);
  });

  it('it is renamed', async () => {
    await press('r');
    await until('the title has the focus', async () => (await focused()) === 'Title of the session');
    await page.keyboard.type('Bread');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Bread' }).waitFor();
    await keepsFocus('renaming');
  });

  it('it is forked from a message', async () => {
    await tabTo('Fork from here');
    await press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Fork this session' });
    await dialog.waitFor();
    await tabTo('Title');
    await page.keyboard.type('Rolls');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Rolls' }).waitFor();
    await keepsFocus('forking');
  });

  it('it is cancelled', async () => {
    await press('c');
    await page.keyboard.type('Bake rolls. [[tokens=5000 rate=20]]');
    await press('Enter');
    await seesStatus(page, 'Running');
    await choose('Cancel the run');
    await feed(page).getByText('Cancelled', { exact: true }).waitFor();
    await keepsFocus('cancelling');
  });

  it('it is deleted on its page, and another in the list', async () => {
    await choose('Delete…');
    await page.getByRole('dialog', { name: 'Delete this session?' }).waitFor();
    await tabTo('Delete');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await page.getByRole('row', { name: /Rolls/ }).waitFor({ state: 'hidden' });
    await keepsFocus('deleting');

    await press('j', 'x');
    await page.getByRole('region', { name: 'Selected sessions' }).waitFor();
    await tabTo('Delete');
    await press('Enter');
    await tabTo('Delete the session');
    await press('Enter');
    await page.getByRole('row', { name: /Bread/ }).waitFor({ state: 'hidden' });
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await keepsFocus('deleting from the list');
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
