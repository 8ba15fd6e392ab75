import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { findBarriers } from '../support/axe.ts';
import { startConsole, type Console } from '../support/console.ts';
import { dock } from '../support/conversation.ts';
import { findFocusFaults } from '../support/focus.ts';
import { findHeadingGaps, findOverflow, findSmallTargets } from '../support/layout.ts';
import { fillConsole, PLACES, type Things } from '../support/places.ts';
import { startScene } from '../support/scene.ts';
import { settle, unfold } from '../support/settle.ts';
import { openTabs, type Tabs } from '../support/tabs.ts';

// WCAG 2.2 AA on every page, and on what opens over it; and what axe does not see.

let full: Console;
let empty: Console;
let things: Things;
let tabs: Tabs;
let emptyTabs: Tabs;
beforeAll(async () => {
  [full, empty] = await Promise.all([startScene(), startConsole()]);
  [things, tabs, emptyTabs] = await Promise.all([fillConsole(full), openTabs(full), openTabs(empty)]);
});
afterAll(async () => {
  await full?.[Symbol.asyncDispose]();
  await empty?.[Symbol.asyncDispose]();
});

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };
/** What a desk shows at 400 %. */
const ZOOMED = { width: 320, height: 256 };

type Size = typeof DESK;
type Theme = 'light' | 'dark';

async function show(page: Page, size: Size, colorScheme: Theme): Promise<void> {
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme });
  await settle(page);
}

/** Which there are, on a desk and on a phone. */
const MENUS: [Size, Theme, string[]][] = [
  [DESK, 'light', ['More actions', 'Settings']],
  [PHONE, 'dark', ['More actions', 'More']],
];

/** What is against the page as it stands. */
async function find(page: Page): Promise<string[]> {
  return [
    ...(await findBarriers(page)),
    ...(await findOverflow(page)),
    ...(await findSmallTargets(page)),
    ...(await findHeadingGaps(page)),
  ];
}

/** What says little: where it has the least room. */
async function expectAccessibleOnPhone(page: Page): Promise<void> {
  await show(page, PHONE, 'dark');
  expect(await find(page)).toEqual([]);
}

async function expectAccessible(page: Page): Promise<void> {
  await expectAccessibleOnPhone(page);
  await show(page, DESK, 'light');
  expect(await find(page)).toEqual([]);
}

describe.concurrent('every page can be used by everybody', () => {
  const inTurn = PLACES.map((place, index) => ({ ...place, isOdd: index % 2 === 1 }));

  it.each(inTurn)('$name', ({ path, isOdd }) =>
    tabs.visit(path(things), async (page) => {
      // Both sizes and both themes for every page, and all four pairs for every two.
      await show(page, isOdd ? PHONE : DESK, 'light');
      expect(await find(page)).toEqual([]);
      await unfold(page);
      await show(page, isOdd ? DESK : PHONE, 'dark');
      expect(await find(page)).toEqual([]);
      await page.setViewportSize(ZOOMED);
      await settle(page);
      expect(await findOverflow(page)).toEqual([]);
    }),
  );

  it.each(['/', '/approvals', '/agents', '/environments', '/files', '/usage'])(
    '%s of an empty server',
    (path) => emptyTabs.visit(path, expectAccessibleOnPhone),
  );

  it.each([
    ['a list', () => '/agents', '**/v1/agents**'],
    ['a session', () => `/sessions/${things.failed}`, '**/v1/sessions/**'],
    ['the code of a page', () => '/usage', '**/assets/usage-*'],
  ])('%s that could not be fetched', (_name, path, route) =>
    tabs.visit('/nowhere', async (page) => {
      const body = JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'It broke.' } });
      await page.route(route, (call) => call.fulfill({ status: 400, contentType: 'application/json', body }));
      await page.goto(`${new URL(full.server.url).origin}/console${path()}`);
      await page.getByRole('button', { name: 'Try again' }).first().waitFor();
      await expectAccessibleOnPhone(page);
    }),
  );
});

describe.concurrent('what opens over a page can be used by everybody', () => {
  /** Opens one after the other over the same page, each by the keyboard or by its button, and closed by Escape. */
  const visit = (path: () => string, openers: ((page: Page) => Promise<unknown>)[]): Promise<void> =>
    tabs.visit(path(), async (page) => {
      await show(page, DESK, 'light');
      for (const open of openers) {
        await open(page);
        await page.getByRole('dialog').waitFor();
        await expectAccessible(page);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
    });
  const press =
    (...keys: string[]) =>
    async (page: Page): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key);
    };
  const click =
    (name: string) =>
    (page: Page): Promise<void> =>
      page.getByRole('button', { name, exact: true }).first().click();
  const choose = (name: string) => async (page: Page) => {
    await click('More actions')(page);
    await page.getByRole('menuitem', { name }).click();
  };
  const session = (): string => `/sessions/${things.fixed}`;

  it('menus', () =>
    tabs.visit(session(), async (page) => {
      for (const [size, theme, names] of MENUS) {
        await show(page, size, theme);
        for (const name of names) {
          await click(name)(page);
          await page.getByRole('menu').waitFor();
          // The page below it has been looked at, and is out of reach as long as a menu is open.
          const found = [...(await findBarriers(page, '[role=menu]')), ...(await findOverflow(page))];
          expect([...found, ...(await findSmallTargets(page))]).toEqual([]);
          await page.keyboard.press('Escape');
          await page.getByRole('menu').waitFor({ state: 'hidden' });
        }
      }
    }));

  it('a fork, what asks before it deletes, and the keys', () =>
    visit(session, [press('f'), choose('Delete…'), press('?')]));

  it('an environment', () => visit(() => '/environments', [press('c')]));

  it('a file', () => visit(() => '/files', [click('numbers.csv')]));

  it('many sessions to delete', () =>
    visit(
      () => '/',
      [
        async (page) => {
          await press('j', 'x')(page);
          await click('Delete')(page);
        },
      ],
    ));
});

describe.concurrent('what waits for a person can be answered by everybody', () => {
  it('by a denial with words, and by another input', () =>
    tabs.visit(`/sessions/${things.asking}`, async (page) => {
      await dock(page).getByRole('button', { name: 'Deny…' }).click();
      await dock(page).getByRole('textbox').waitFor();
      await expectAccessible(page);
      await page.keyboard.press('Escape');
      await dock(page).getByRole('button', { name: 'Edit the input' }).click();
      await dock(page).getByRole('textbox').first().waitFor();
      await expectAccessible(page);
    }));

  it('by an answer to a question, also where one is missing', () =>
    tabs.visit(`/sessions/${things.question}`, async (page) => {
      await dock(page).getByRole('button', { name: 'Send the answer' }).click();
      await dock(page).getByText('Choose or write an answer.').waitFor();
      await expectAccessible(page);
    }));

  it('with a key that is asked for', async () => {
    const page = await full.open({ path: `/sessions/${things.asking}`, key: null });
    // A card takes no answer before it could be read.
    await until(
      'a key is asked for',
      async () => {
        if (await page.getByRole('dialog').isVisible()) return true;
        const allow = dock(page).getByRole('button', { name: 'Allow', exact: true });
        await allow.click({ timeout: 500 }).catch(() => undefined);
        return false;
      },
      60_000,
    );
    await expectAccessible(page);
    await page.context().close();
  });
});

describe.concurrent('with the keyboard, the focus goes as the page is read, and is seen', () => {
  it.each([
    ['the fleet', () => '/'],
    ['a new session', () => '/start'],
    ['a session that is done', () => `/sessions/${things.fixed}`],
    ['a session that waits for permission', () => `/sessions/${things.asking}`],
    ['approvals', () => '/approvals'],
    ['an agent', () => `/agents/${things.agent}`],
    ['files', () => '/files'],
    ['usage', () => '/usage'],
  ])('on %s', (_name, path) =>
    tabs.visit(path(), async (page) => {
      await show(page, DESK, 'light');
      const { stops, faults } = await findFocusFaults(page);
      expect(faults).toEqual([]);
      expect(stops).toBeGreaterThan(10);
    }),
  );
});

describe('who wants no motion', () => {
  /** What moves within a second. */
  const findMotion = (page: Page): Promise<string[]> =>
    page.evaluate(async () => {
      const seen = new Set<string>();
      const endsAt = performance.now() + 1000;
      while (performance.now() < endsAt) {
        for (const { effect } of document.getAnimations()) {
          const { target } = effect as KeyframeEffect;
          seen.add(target?.getAttribute('class') ?? '?');
        }
        await new Promise(requestAnimationFrame);
      }
      return [...seen];
    });

  it('has none while an agent works, nor while a page loads', async () => {
    await tabs.visit(`/sessions/${things.writing}`, async (page) => {
      await page.getByText('Running', { exact: true }).first().waitFor();
      expect(await findMotion(page)).toEqual([]);
    });
    await tabs.visit('/nowhere', async (page) => {
      await page.route('**/v1/agents**', () => undefined);
      await page.goto(`${new URL(full.server.url).origin}/console/agents`);
      await page.getByRole('status', { name: 'Loading' }).waitFor();
      expect(await findMotion(page)).toEqual([]);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      expect(await findMotion(page)).not.toEqual([]);
      await page.emulateMedia({ reducedMotion: 'reduce' });
    });
  });
});
