import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import { dock, feed, seesStatus } from '../support/conversation.ts';

// Nothing here uses a mouse: what is done is done with `keyboard`, and locators only look.

const PROMPT =
  'Bake bread. [[text=I begin.]] [[tool=Bash {"command":"touch dough"}]] [[tool=Bash {"command":"touch salt"}]] [[text=It is in the oven.]]';
const WAIT_MS = 120_000;

let console: Console;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  page = await console.open();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(() => console[Symbol.asyncDispose]());

/** Whatever was done before, the focus is somewhere: the next key goes on from there. */
async function press(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await until(`something has the focus when ${key} is pressed`, focused, WAIT_MS);
    await page.keyboard.press(key);
  }
}

/** What has the focus, by its name or what it is; undefined: nothing has. */
const focused = (): Promise<string | undefined> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    if (!(element instanceof HTMLElement) || element === document.body) return undefined;
    const label = 'labels' in element ? (element as HTMLInputElement).labels?.[0]?.innerText : undefined;
    const name = element.getAttribute('aria-label') ?? label ?? element.innerText;
    return name.trim() || element.tagName;
  });

const hasFocus = (name: string): Promise<true> =>
  until(`${name} has the focus`, async () => (await focused()) === name, WAIT_MS);

async function tabTo(name: string | RegExp): Promise<void> {
  const passed: (string | undefined)[] = [];
  while (passed.length < 100) {
    // Not `press`: after the last control the Tab key leaves the page, and comes back to the first.
    await page.keyboard.press('Tab');
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
  it('a session is started, and opened from the list', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('n');
    await hasFocus('What should the agent do?');
    await page.keyboard.type(PROMPT);
    await tabTo(/^Permissions and tools/);
    await press('Enter');
    await tabTo('As the server has it');
    await press('ArrowDown');
    expect(await focused()).toBe('Standard');
    await tabTo('Wait for an answer');
    await press('Control+Enter');
    await page.waitForURL('**/sessions/*');

    await press('g', 's');
    await page.getByRole('row', { name: /Bake bread/ }).waitFor();
    await press('j', 'Enter');
    await page.waitForURL('**/sessions/*');
  });

  it('a call is allowed, and another denied with a message', async () => {
    const card = (text: string) => dock(page).filter({ hasText: text });
    await card('touch dough').waitFor();
    await answerBy('a', () => card('touch dough').isHidden());
    await card('touch salt').waitFor();
    await answerBy('d', () => dock(page).getByRole('textbox').isVisible());
    await page.keyboard.type('Without salt.');
    await press('Enter');
    await feed(page).getByText('“Without salt.”').waitFor();
    await seesStatus(page, 'Done');
    await press('Tab');
    // The form that had the focus is gone, and the Tab key goes on from where it was.
    expect(await focused()).toBe('Message to the agent');
  });

  it('a message follows, and the agent is interrupted', async () => {
    await press('Shift+Tab', 'c');
    await hasFocus('Message to the agent');
    await page.keyboard.type('Slice it. [[text=Slowly.]] [[tokens=5000 rate=20]]');
    await press('Enter');
    await seesStatus(page, 'Running');
    await press('Escape');
    await feed(page).getByText('Stopped', { exact: true }).waitFor();
    await hasFocus('Message to the agent');
  });

  it('every key is listed by the question mark, and the focus comes back from the list', async () => {
    await press('Shift+Tab');
    const before = await focused();
    await press('?');
    const dialog = page.getByRole('dialog');
    for (const text of ['Write to the agent', 'Rename the session', 'Fork the session', 'Approvals']) {
      await dialog.getByRole('listitem').filter({ hasText: text }).waitFor();
    }
    // The page below the list has no keys.
    await press('f', 'Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect(before).toBeDefined();
    await hasFocus(before ?? '');
  });

  it('the focus comes back from a question to what it was asked by', async () => {
    await choose('Delete…');
    await page.getByRole('dialog', { name: 'Delete this session?' }).waitFor();
    await press('Escape');
    await hasFocus('More actions');
  });

  it('it is renamed', async () => {
    await press('r');
    await hasFocus('Title of the session');
    await page.keyboard.type('Bread');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Bread' }).waitFor();
    await hasFocus('Rename');
  });

  it('it is forked from a message', async () => {
    await tabTo('Fork from here');
    await press('Enter');
    await page.getByRole('dialog', { name: 'Fork this session' }).waitFor();
    await tabTo('Title');
    await page.keyboard.type('Rolls');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Rolls' }).waitFor();
  });

  it('it is cancelled', async () => {
    await press('c');
    await page.keyboard.type('Bake rolls. [[tokens=5000 rate=20]]');
    await press('Enter');
    await seesStatus(page, 'Running');
    await choose('Cancel the run');
    await seesStatus(page, 'Stopped');
    await hasFocus('More actions');
  });

  it('it is deleted on its page, and another in the list', async () => {
    await choose('Delete…');
    await page.getByRole('dialog', { name: 'Delete this session?' }).waitFor();
    await tabTo('Delete');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await page.getByRole('row', { name: /Rolls/ }).waitFor({ state: 'hidden' });

    await press('j', 'x');
    await page.getByRole('region', { name: 'Selected sessions' }).waitFor();
    await tabTo('Delete');
    await press('Enter');
    await tabTo('Delete the session');
    await press('Enter');
    await page.getByRole('row', { name: /Bread/ }).waitFor({ state: 'hidden' });
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  });

  it('an agent is made', async () => {
    await press('g', 'g');
    await page.getByRole('heading', { level: 1, name: 'Agents' }).waitFor();
    await press('c');
    await page.getByRole('heading', { level: 1, name: 'New agent' }).waitFor();
    await tabTo('Name');
    await page.keyboard.type('Baker');
    await tabTo('Create agent');
    await press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Baker' }).waitFor();
    await press('Tab');
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
