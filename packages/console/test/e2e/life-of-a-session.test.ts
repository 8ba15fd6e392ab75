import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import {
  answer,
  chooseAction,
  composer,
  dock,
  feed,
  queue,
  say,
  seesStatus,
} from '../support/conversation.ts';

const PROMPT = [
  'Tidy the shelf.',
  '[[tokens=300 rate=40]]',
  '[[tool=Bash {"command":"touch first"}]]',
  '[[tool=Bash {"command":"touch second"}]]',
  '[[tool=Bash {"command":"touch third"}]]',
  '[[tool=Bash {"command":"ls -m"}]]',
  '[[text=The shelf is tidy.]]',
].join(' ');

let console: Console;
/** Of the person who works with the session. */
let page: Page;
/** Another one, who only looks at the list. */
let fleet: Page;
let original: string;

beforeAll(async () => {
  console = await startConsole();
  page = await console.open({ path: '/start' });
  fleet = await console.open();
});
afterAll(() => console[Symbol.asyncDispose]());

const open = (group: string): Promise<void> => page.locator('summary', { hasText: group }).click();

describe('the life of a session', () => {
  it('begins with a form that tells a mistake at its field, and shows as code what is sent', async () => {
    await page.getByRole('textbox', { name: 'What should the agent do?' }).fill(PROMPT);
    await open('Model and limits');
    const turns = page.getByRole('textbox', { name: 'Most turns' });
    await turns.fill('0');
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await page.getByText('At least 1.').waitFor();
    expect(await turns.getAttribute('aria-invalid')).toBe('true');
    await until('the field has the focus', () => turns.evaluate((field) => field === document.activeElement));
    await turns.fill('30');
    await open('Permissions and tools');
    await page.getByRole('radio', { name: 'Wait for an answer' }).check();
    await open('Labels');
    await page.getByRole('textbox', { name: 'Title' }).fill('The shelf');

    await open('Show as code');
    const code = await page.getByRole('region', { name: 'curl' }).textContent();
    const [, json = ''] = /<<'JSON'\n(.*)\nJSON/s.exec(code ?? '') ?? [];
    const shown: unknown = JSON.parse(json);
    expect(shown).toEqual({ prompt: PROMPT, max_turns: 30, on_ask: 'wait', title: 'The shelf' });
    const sent = page.waitForRequest(
      (request) => request.method() === 'POST' && /execute/.test(request.url()),
    );
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    expect((await sent).postDataJSON()).toEqual(shown);
    await page.waitForURL('**/sessions/*');
    original = page.url();
  });

  it('is seen being written, piece by piece', async () => {
    const seen = new Set<number>();
    const hasMore = async (): Promise<boolean> => {
      const text = await feed(page).innerText();
      const written = text.match(/\b\d+ \./g)?.length ?? 0;
      if (written > 0) seen.add(written);
      return seen.size >= 4;
    };
    await until('there is more, four times', hasMore, 60_000);
    await fleet.getByRole('row', { name: /The shelf/ }).waitFor();
  });

  it('asks, and is answered from its page, from the inbox with another input, and with a denial', async () => {
    const card = (text: string) => dock(page).filter({ hasText: text });
    await card('touch first').waitFor();
    await seesStatus(page, 'Needs you');
    await answer(card('touch first'), 'Allow');
    await feed(page).getByText('Allowed').first().waitFor();

    const inbox = await console.open({ path: '/approvals' });
    await inbox.getByRole('option', { name: /touch second/ }).click();
    await inbox.getByRole('button', { name: 'Edit the input' }).click();
    await inbox.getByRole('textbox', { name: 'command' }).fill('touch other');
    await inbox.getByRole('button', { name: 'Allow with these changes' }).click();
    await feed(page).getByText('The input was edited.').waitFor();
    await inbox.context().close();

    await card('touch third').getByRole('button', { name: 'Deny…' }).click();
    await dock(page).getByRole('textbox').fill('Two are enough.');
    await dock(page).getByRole('button', { name: 'Deny the call' }).click();
    await feed(page).getByText('“Two are enough.”').waitFor();
    await feed(page).getByText('first, other').waitFor();
  });

  it('ends', async () => {
    await feed(page).getByText('The shelf is tidy.').last().waitFor();
    await seesStatus(page, 'Done');
    await fleet.getByRole('row', { name: /Done.*The shelf/ }).waitFor();
  });

  it('takes what is said while it works when it is there', async () => {
    await say(page, 'Count the books. [[tokens=280 rate=40]]');
    await seesStatus(page, 'Running');
    await say(page, 'Now the pens. [[text=There are no pens.]]');
    await queue(page).getByText('Now the pens.').waitFor();
    await queue(page).waitFor({ state: 'hidden' });
    await feed(page).getByText('There are no pens.', { exact: true }).waitFor();
    expect(await feed(page).getByText('Now the pens.').count()).toBe(1);
    await seesStatus(page, 'Done');
  });

  it('is interrupted', async () => {
    await say(page, 'Describe each of them. [[tokens=5000 rate=20]]');
    await page.getByRole('button', { name: 'Interrupt' }).first().click();
    await feed(page).getByText('Stopped', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Interrupt' }).first().waitFor({ state: 'hidden' });
    await seesStatus(page, 'Stopped');
    await say(page, 'Only the red one. [[text=It is a cook book.]]');
    await feed(page).getByText('It is a cook book.', { exact: true }).waitFor();
    await seesStatus(page, 'Done');
  });

  it('is renamed, which others see', async () => {
    await page.getByRole('heading', { level: 1 }).hover();
    await page.getByRole('button', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'Title of the session' }).fill('The tidy shelf');
    await page.getByRole('button', { name: 'Save the title' }).click();
    await page.getByRole('heading', { level: 1, name: 'The tidy shelf' }).waitFor();
    await fleet.getByRole('row', { name: /The tidy shelf/ }).waitFor();
  });

  it('is forked from a message, into a session that says so and goes on by itself', async () => {
    const message = feed(page)
      .getByRole('article')
      .filter({ hasText: /^Agent: The shelf is tidy\./ });
    await message.hover();
    await message.getByRole('button', { name: 'Fork from here' }).click();
    const dialog = page.getByRole('dialog', { name: 'Fork this session' });
    await dialog.getByRole('textbox', { name: 'Title' }).fill('The fork');
    await dialog.getByRole('button', { name: 'Fork', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'The fork' }).waitFor();
    expect(page.url()).not.toBe(original);
    await page.getByText('The agent remembers the conversation').waitFor();
    await page.getByRole('link', { name: 'Read that conversation' }).click();
    await page.getByRole('heading', { level: 1, name: 'The tidy shelf' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { level: 1, name: 'The fork' }).waitFor();
  });

  it('is cancelled', async () => {
    await say(page, 'Paint it. [[tokens=5000 rate=20]]');
    await seesStatus(page, 'Running');
    await chooseAction(page, 'Cancel the run');
    await feed(page).getByText('Stopped', { exact: true }).waitFor();
    await fleet.getByRole('row', { name: /Stopped.*The fork/ }).waitFor();
  });

  it('is archived after a question, and can only be read', async () => {
    await chooseAction(page, 'Archive…');
    const dialog = page.getByRole('dialog', { name: 'Archive this session?' });
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await composer(page).waitFor();
    await chooseAction(page, 'Archive…');
    await dialog.getByRole('button', { name: 'Archive' }).click();
    await page.getByText('This session is archived').waitFor();
    expect(await composer(page).count()).toBe(0);
    await fleet.getByRole('row', { name: /The fork/ }).waitFor({ state: 'hidden' });
  });

  it('is deleted after a question, and gone from every list', async () => {
    await page.goto(original);
    await chooseAction(page, 'Delete…');
    const dialog = page.getByRole('dialog', { name: 'Delete this session?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sessions' }).waitFor();
    await page.getByRole('row', { name: /The tidy shelf/ }).waitFor({ state: 'hidden' });
    await fleet.getByRole('row', { name: /The tidy shelf/ }).waitFor({ state: 'hidden' });
  });

  it('has had no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
