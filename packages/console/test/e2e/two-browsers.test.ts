import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import { answer, dock, feed, readAll, say, seesStatus } from '../support/conversation.ts';

const PROMPT =
  'Water the plants. [[tokens=60 rate=30]] [[tool=Bash {"command":"touch water"}]] ' +
  '[[tool=Bash {"command":"touch soil"}]] [[text=They are watered.]]';

let console: Console;
let ada: Page;
let ben: Page;

beforeAll(async () => {
  console = await startConsole();
  const body = { prompt: PROMPT, title: 'The plants', on_ask: 'wait' };
  const { session_id } = (await console.api('/execute/', { body })) as { session_id: string };
  const path = `/sessions/${session_id}`;
  // Neither has given a key yet: this server asks for none, but for answers.
  [ada, ben] = await Promise.all([console.open({ path, key: null }), console.open({ path, key: null })]);
});
afterAll(() => console[Symbol.asyncDispose]());

describe('two people at one session', () => {
  it('see it being written, both', async () => {
    await Promise.all(
      [ada, ben].map(async (page) => {
        await feed(page).getByText('59 ').waitFor();
        await dock(page).filter({ hasText: 'touch water' }).waitFor();
      }),
    );
    // That it waits for somebody is told after the call that it waits for.
    await Promise.all([ada, ben].map((page) => feed(page).getByText('Working').waitFor({ state: 'hidden' })));
    expect(await readAll(ben)).toEqual(await readAll(ada));
  });

  it('say who they are when they answer, and each sees who was first', async () => {
    await signIn(ada, 'Ada');
    await feed(ben).getByText('Allowed by Ada (').waitFor();
    await feed(ada).getByText('Allowed by Ada (').waitFor();

    // Ben's answer is on its way while Ada's arrives.
    await dock(ben).filter({ hasText: 'touch soil' }).waitFor();
    await ben.evaluate((key) => localStorage.setItem('bullpen.key', key), console.key);
    await ben.reload();
    let arrives = (): void => undefined;
    const adaAnswered = new Promise<void>((resolve) => (arrives = resolve));
    await ben.route('**/approvals/*', async (route) => {
      if (route.request().method() === 'POST') await adaAnswered;
      await route.continue();
    });
    const sent = ben.waitForRequest(
      (request) => request.method() === 'POST' && /approvals/.test(request.url()),
    );
    await dock(ben).getByRole('button', { name: 'Deny…' }).click();
    await dock(ben).getByRole('textbox').fill('They have enough soil.');
    await dock(ben).getByRole('button', { name: 'Deny the call' }).click();
    await sent;
    await answer(dock(ada).filter({ hasText: 'touch soil' }), 'Allow');
    await feed(ada).getByText('Allowed by Ada (').nth(1).waitFor();
    arrives();
    await ben
      .getByText(/^Ada .* was first, and allowed it\./)
      .first()
      .waitFor();
    await seesStatus(ben, 'Done');
  });

  it('read what the other says', async () => {
    await say(ben, 'And the cactus? [[text=It needs none.]]');
    await feed(ada).getByText('And the cactus?').waitFor();
    await feed(ada).getByText('It needs none.', { exact: true }).waitFor();
    await say(ada, 'And the fern? [[text=It needs much.]]');
    await feed(ben).getByText('It needs much.', { exact: true }).waitFor();
    await Promise.all([seesStatus(ada, 'Done'), seesStatus(ben, 'Done')]);
    expect(await readAll(ben)).toEqual(await readAll(ada));
  });

  it('may open many tabs at once: those that nobody looks at leave the others a connection', async () => {
    const context = ben.context();
    const behind = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const tab = await context.newPage();
        await tab.addInitScript(() => Object.defineProperty(document, 'hidden', { get: () => true }));
        await tab.goto(ben.url(), { waitUntil: 'commit' });
        return tab;
      }),
    );
    const tab = await context.newPage();
    await tab.goto(ben.url(), { waitUntil: 'commit' });
    await feed(tab).getByText('It needs much.', { exact: true }).waitFor({ timeout: 20_000 });
    await Promise.all(behind.map((page) => page.getByRole('heading', { name: 'The plants' }).waitFor()));
    await Promise.all([tab, ...behind].map((page) => page.close()));
  });

  it('are both shown that it is deleted', async () => {
    await ben.getByRole('button', { name: 'More actions' }).click();
    await ben.getByRole('menuitem', { name: 'Delete…' }).click();
    await ben.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await ada.getByText('This session was deleted.').first().waitFor();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});

/** Allows what waits, and gives key and name when asked. */
async function signIn(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'A key is needed to answer' });
  await until('a key is asked for', async () => {
    await dock(page)
      .getByRole('button', { name: 'Allow', exact: true })
      .click({ timeout: 500 })
      .catch(() => undefined);
    return dialog.isVisible();
  });
  await dialog.getByLabel('API key').fill('wrong-key-of-reasonable-length');
  await dialog.getByRole('button', { name: 'Continue' }).click();
  await dialog.getByText('The server does not take this key for answers.').waitFor();
  await dialog.getByLabel('API key').fill(console.key);
  await dialog.getByLabel('Your name').fill(name);
  await dialog.getByRole('button', { name: 'Continue' }).click();
}
