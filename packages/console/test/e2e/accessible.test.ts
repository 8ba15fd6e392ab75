import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { findBarriers } from '../support/axe.ts';
import type { Console } from '../support/console.ts';
import { startConsole } from '../support/console.ts';
import { findHeadingGaps, findOverflow, findSmallTargets } from '../support/layout.ts';
import { fillConsole, PLACES, type Things } from '../support/places.ts';
import { startScene } from '../support/scene.ts';
import { settle, unfold } from '../support/settle.ts';

// WCAG 2.2 AA on every page, empty and full, in both themes, on a desk and on a phone; and what axe does not see.

let full: Console;
let empty: Console;
let things: Things;
beforeAll(async () => {
  [full, empty] = await Promise.all([startScene(), startConsole()]);
  things = await fillConsole(full);
});
afterAll(async () => {
  await full?.[Symbol.asyncDispose]();
  await empty?.[Symbol.asyncDispose]();
});

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
/** What a desk shows at 400 %. */
const ZOOMED = { width: 320, height: 256 };

/** The page as it stands, on a desk and on a phone, one of them dark. */
async function expectAccessible(page: Page, dark: typeof DESK): Promise<void> {
  const found: string[] = [];
  for (const viewport of [DESK, PHONE]) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: viewport === dark ? 'dark' : 'light' });
    await settle(page);
    const barriers = [
      ...(await findBarriers(page)),
      ...(await findOverflow(page)),
      ...(await findSmallTargets(page)),
      ...(await findHeadingGaps(page)),
    ];
    found.push(...barriers.map((barrier) => `${viewport.width} px: ${barrier}`));
  }
  await page.setViewportSize(ZOOMED);
  await settle(page);
  found.push(...(await findOverflow(page)).map((overflow) => `${ZOOMED.width} px: ${overflow}`));
  expect(found).toEqual([]);
}

describe('every page can be used by everybody', () => {
  it.each(PLACES)('$name', async ({ path }) => {
    const page = await full.open({ path: path(things) });
    await settle(page);
    await expectAccessible(page, PHONE);
    await page.setViewportSize(DESK);
    await unfold(page);
    await expectAccessible(page, DESK);
    await page.context().close();
  });

  it.each(['/', '/approvals', '/agents', '/environments', '/files', '/usage'])(
    '%s of an empty server',
    async (path) => {
      const page = await empty.open({ path });
      await settle(page);
      await expectAccessible(page, DESK);
      await page.context().close();
    },
  );
});
