import { until } from '../../server/test/support/until.ts';
import type { Page } from 'playwright-core';
import type { Scene } from '../test/support/scene.ts';
import type { Picture } from './album.ts';
import { writeMessage, type Busy } from './busy.ts';
import type { Story } from './story.ts';

const ALL = ['light', 'dark', 'phone'] as const;
const JA = [...ALL, 'ja'] as const;

const see =
  (text: string | RegExp) =>
  async (page: Page): Promise<void> =>
    page.getByText(text).filter({ visible: true }).first().waitFor();
const drawn = async (page: Page): Promise<void> => page.locator('.recharts-bar-rectangle').first().waitFor();
const hasTitle = async (page: Page): Promise<void> => page.getByRole('heading', { level: 1 }).waitFor();

export const EMPTY_PICTURES: readonly Picture[] = [
  { name: 'fleet-empty', path: '/', looks: JA, prepare: hasTitle },
  { name: 'approvals-empty', path: '/approvals', looks: ALL, prepare: see('Nothing waits for you') },
  { name: 'agents-empty', path: '/agents', looks: ALL, prepare: see('No agents yet') },
  { name: 'environments-empty', path: '/environments', looks: ALL, prepare: hasTitle },
  { name: 'files-empty', path: '/files', looks: ALL, prepare: hasTitle },
  { name: 'usage-empty', path: '/usage', looks: ALL, prepare: see('Nothing was used in these days') },
  { name: 'not-found', path: '/nowhere', looks: ALL, prepare: see('There is no such page') },
];

export const LOGIN_PICTURES: readonly Picture[] = [
  {
    name: 'login',
    path: '/',
    key: null,
    looks: JA,
    prepare: async (page) => page.locator('form input').first().waitFor(),
  },
];

const session = (
  name: string,
  scene: keyof Scene,
  prepare: Picture['prepare'],
  looks: Picture['looks'] = ALL,
): Picture<Story> => ({
  name: `session-${name}`,
  path: (story) => `/sessions/${story[scene]}`,
  prepare,
  looks,
});
const PROMPT = 'Find out why the nightly export is slow, and mend it.';
const ask = (page: Page, prompt = PROMPT): Promise<void> => page.locator('textarea').first().fill(prompt);

export const STORY_PICTURES: readonly Picture<Story>[] = [
  { name: 'fleet', path: '/', looks: [...ALL, 'ja'], prepare: see('Release notes for 2.4') },
  {
    name: 'fleet-selection',
    path: '/',
    looks: ALL,
    prepare: async (page) => {
      await page.getByRole('checkbox', { name: /Flaky checkout/ }).check();
      await page.getByRole('checkbox', { name: /Which queue/ }).check();
      await page.getByText('2 selected').waitFor();
    },
  },
  {
    name: 'fleet-delete',
    path: '/',
    looks: ALL,
    prepare: async (page) => {
      await page.getByRole('checkbox', { name: /Flaky checkout/ }).check();
      await page.getByRole('checkbox', { name: /Which queue/ }).check();
      await page.getByRole('button', { name: 'Delete' }).click();
      await page.getByRole('alertdialog').or(page.getByRole('dialog')).waitFor();
    },
  },
  {
    name: 'start',
    path: '/start',
    looks: JA,
    prepare: async (page) => {
      await ask(page);
      await see(/Model and limits|モデル/)(page);
    },
  },
  {
    name: 'start-options',
    path: '/start',
    looks: ALL,
    prepare: async (page) => {
      await ask(page);
      await page.getByText('Permissions and tools').click();
      await page.getByText('Permission mode').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'start-agent',
    path: (story) => `/start?way=agent&agent=${story.reviewer}`,
    looks: ALL,
    prepare: async (page) => {
      await ask(page, 'Review the change that caches carts.');
    },
  },
  {
    name: 'start-curl',
    path: '/start',
    looks: ALL,
    prepare: async (page) => {
      await ask(page);
      await page.getByText('Show as code').click();
      await page
        .getByRole('region', { name: 'curl' })
        .evaluate((code) => code.scrollIntoView({ block: 'center' }));
    },
  },
  session('done', 'fixed', see('All 7 tests pass'), [...ALL, 'ja']),
  {
    name: 'session-diff',
    path: (story) => `/sessions/${story.fixed}`,
    looks: ALL,
    prepare: async (page) => {
      await see('All 7 tests pass')(page);
      // Far from the end, so it is drawn only once one is there.
      await until('the failed test is seen', async () => {
        const seen = page.getByText('6 passed');
        if ((await seen.count()) > 0) {
          await seen.first().evaluate((element) => element.scrollIntoView({ block: 'center' }));
          return true;
        }
        await page
          .getByRole('feed')
          .evaluate((element) => element.closest('.overflow-y-auto')?.scrollBy(0, -300));
        return false;
      });
    },
  },
  session('writing', 'writing', async (page) =>
    page.getByRole('heading', { name: 'For administrators' }).waitFor(),
  ),
  session('asking', 'asking', see('rm -r logs'), JA),
  session('question', 'question', see('Which database')),
  session('subagents', 'research', async (page) => {
    await see('Both keep jobs')(page);
    await page.getByText('Read what pg-boss promises').first().click();
    await see('wakes by polling')(page);
  }),
  session('fork', 'fixed', async (page) => {
    await see('All 7 tests pass')(page);
    await page.keyboard.press('f');
    await page.getByRole('dialog').waitFor();
  }),
  session(
    'details',
    'fixed',
    async (page) => {
      await see('All 7 tests pass')(page);
      await page.getByRole('button', { name: 'Show or hide the side panel' }).click();
      await page.getByRole('dialog').waitFor();
    },
    ['phone'],
  ),
  session('failed', 'failed', async (page) => page.locator('details summary').first().waitFor(), JA),
  { name: 'approvals', path: '/approvals', looks: JA, prepare: see('rm -r logs') },
  { name: 'agents', path: '/agents', looks: JA, prepare: see('Incident scribe') },
  {
    name: 'agent',
    path: (story) => `/agents/${story.reviewer}`,
    looks: JA,
    prepare: see(/Built-in tools|組み込みツール/),
  },
  { name: 'agent-new', path: '/agents/new', looks: ALL, prepare: see('Built-in tools') },
  {
    name: 'agent-review',
    path: (story) => `/agents/${story.reviewer}`,
    looks: ALL,
    prepare: async (page) => {
      await page
        .getByLabel('Description', { exact: true })
        .fill('Reads a change before people do, and says what breaks');
      await page.getByRole('button', { name: /Review and save/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'agent-versions',
    path: (story) => `/agents/${story.reviewer}?tab=versions`,
    looks: ALL,
    prepare: see('Compare'),
  },
  { name: 'environments', path: '/environments', looks: JA, prepare: hasTitle },
  { name: 'files', path: '/files', looks: JA, prepare: hasTitle },
  { name: 'usage', path: '/usage', looks: JA, prepare: drawn },
  { name: 'server', path: '/server', looks: JA, prepare: see(/Memory|メモリ/) },
  {
    name: 'shortcuts',
    path: '/',
    looks: ALL,
    prepare: async (page) => {
      await see('Release notes for 2.4')(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'approvals-answered',
    path: '/approvals',
    prepare: async (page) => {
      await see('kubectl apply')(page);
      await page.evaluate(() => localStorage.setItem('bullpen.decider', 'Ada'));
      const allow = page.getByRole('button', { name: /^Allow(?! for)/ });
      // A click that comes before the call can have been read is not taken.
      await until('the answer is taken', async () => {
        await allow.click({ timeout: 1000 }).catch(() => undefined);
        return page.getByRole('option').getByText('Allowed').isVisible();
      });
    },
  },
  {
    name: 'approvals-history',
    path: '/approvals?view=history',
    looks: ALL,
    prepare: see('kubectl apply'),
  },
];

const busy = (
  name: string,
  of: keyof Busy,
  prepare: Picture['prepare'],
  looks: Picture['looks'] = ALL,
): Picture<Busy> => ({
  name: `session-${name}`,
  path: (played) => `/sessions/${played[of]}`,
  prepare,
  looks,
});

export const BUSY_PICTURES: readonly Picture<Busy>[] = [
  busy('queued', 'queued', see('Check every link'), JA),
  busy('sent', 'writing', async (page) => {
    await see('I begin with the first day')(page);
    await writeMessage(page, 'Say where the coffee is, too.');
    await page.getByRole('region', { name: 'Sent, not read yet' }).waitFor();
  }),
  busy('plan', 'planned', see('Move the order export')),
  busy('stopped', 'stopped', see('I count by directory')),
  busy('archived', 'archived', see('in 41 minutes')),
  busy('picture', 'drawn', async (page) => {
    await see('The total is easy to find')(page);
    await page.getByRole('button', { name: /screenshot/ }).click();
    await page.getByRole('img').first().waitFor();
  }),
  {
    name: 'session-missing',
    path: '/sessions/019b0000-0000-7000-8000-000000000000',
    prepare: see('There is nothing here'),
  },
  {
    name: 'session-loading',
    path: '/nowhere',
    looks: ALL,
    prepare: async (page) => {
      await page.route('**/v1/sessions/**', () => undefined);
      await page.goto(new URL('/console/sessions/019b0000-0000-7000-8000-000000000000', page.url()).href);
      await page.locator('.animate-pulse').first().waitFor();
    },
  },
  {
    name: 'agents-loading',
    path: '/nowhere',
    prepare: async (page) => {
      await page.route('**/v1/agents*', () => undefined);
      await page.goto(new URL('/console/agents', page.url()).href);
      await page.locator('.animate-pulse').first().waitFor();
    },
  },
  {
    name: 'agents-failed',
    path: '/nowhere',
    looks: ALL,
    prepare: async (page) => {
      await page.route('**/v1/agents*', (route) => route.abort());
      await page.goto(new URL('/console/agents', page.url()).href);
      await see('The server cannot be reached')(page);
    },
  },
  {
    name: 'fleet-reconnecting',
    path: '/',
    looks: JA,
    prepare: see('Guide for new colleagues'),
    whileDown: see(/The connection to the server is lost|サーバーとの接続が切れました/),
  },
  {
    ...busy('reconnecting', 'drawn', see('The total is easy to find')),
    whileDown: async (page) => {
      await see(/The connection to the server is lost/)(page);
      await see(/Reconnecting…|Connection lost/)(page);
    },
  },
];
