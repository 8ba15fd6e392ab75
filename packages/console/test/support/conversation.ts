import type { Locator, Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';

/*
 * A session's page as a person finds their way on it: by the names and roles of what is there.
 */

/** What was said and done. */
export const feed = (page: Page): Locator => page.getByRole('feed', { name: 'Conversation' });

/** The call that waits for a person, above the composer. */
export const dock = (page: Page): Locator => page.getByRole('region', { name: 'Waits for you' });

export const composer = (page: Page): Locator => page.getByRole('textbox', { name: 'Message to the agent' });

/** What is sent and not read yet. */
export const queue = (page: Page): Locator => page.getByRole('region', { name: 'Sent, not read yet' });

export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text);
  await composer(page).press('Enter');
}

/** Waits until the header says that the session is in this state. */
export async function seesStatus(page: Page, status: string): Promise<void> {
  await page.getByRole('main').locator('header').first().getByText(status, { exact: true }).waitFor();
}

export async function chooseAction(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name }).click();
}

/** Presses a button of a card until the card is gone: a card takes no answer before it could be read. */
export async function answer(card: Locator, button: string): Promise<void> {
  await card.waitFor();
  const press = async (): Promise<boolean> => {
    if (!(await card.isVisible())) return true;
    const pressed = card.getByRole('button', { name: button, exact: true });
    await pressed.click({ timeout: 500 }).catch(() => undefined);
    return false;
  };
  await until(`${button} is taken`, press, 120_000);
}

/** Everything that a conversation has, from its first line to its last, in words. */
export async function readAll(page: Page): Promise<string[]> {
  return feed(page)
    .getByRole('article')
    .evaluateAll((articles) =>
      articles.map((article) => (article as HTMLElement).innerText.replaceAll(/\s+/g, ' ').trim()),
    );
}
