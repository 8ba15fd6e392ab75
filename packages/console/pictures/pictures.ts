import { until } from '../../server/test/support/until.ts';
import type { Page } from 'playwright-core';
import type { Scene } from '../test/support/scene.ts';
import type { Picture } from './album.ts';

const ALL = ['light', 'dark', 'phone'] as const;

const see =
  (text: string) =>
  async (page: Page): Promise<void> =>
    page.getByText(text).filter({ visible: true }).first().waitFor();
const drawn = async (page: Page): Promise<void> => page.locator('.recharts-bar-rectangle').first().waitFor();
const hasTitle = async (page: Page): Promise<void> => page.getByRole('heading', { level: 1 }).waitFor();

export const EMPTY_PICTURES: readonly Picture[] = [
  { name: 'fleet-empty', path: '/', looks: ALL, prepare: see('No sessions yet') },
  { name: 'approvals-empty', path: '/approvals', prepare: see('Nothing waits for you') },
  { name: 'agents-empty', path: '/agents', prepare: see('No agents yet') },
  { name: 'environments-empty', path: '/environments', prepare: hasTitle },
  { name: 'files-empty', path: '/files', prepare: hasTitle },
  { name: 'usage-empty', path: '/usage', prepare: see('Nothing was used in these days') },
];

export const LOGIN_PICTURES: readonly Picture[] = [
  {
    name: 'login',
    path: '/',
    key: null,
    looks: ALL,
    prepare: async (page) => page.getByLabel('API key').waitFor(),
  },
];

const session = (
  name: string,
  scene: keyof Scene,
  prepare: Picture['prepare'],
  looks: Picture['looks'] = ALL,
): Picture => ({ name: `session-${name}`, path: (story) => `/sessions/${story[scene]}`, prepare, looks });
const PROMPT = 'Find out why the nightly export is slow, and mend it.';
const ask = (page: Page, prompt = PROMPT): Promise<void> =>
  page.getByLabel('What should the agent do?').fill(prompt);

export const STORY_PICTURES: readonly Picture[] = [
  { name: 'fleet', path: '/', looks: [...ALL, 'ja'], prepare: see('Release notes for 2.4') },
  {
    name: 'fleet-selection',
    path: '/',
    prepare: async (page) => {
      await page.getByRole('checkbox', { name: /Flaky checkout/ }).check();
      await page.getByRole('checkbox', { name: /Which queue/ }).check();
      await page.getByText('2 selected').waitFor();
    },
  },
  {
    name: 'start',
    path: '/start',
    looks: ALL,
    prepare: async (page) => {
      await ask(page);
      await page.getByText('Model and limits').waitFor();
    },
  },
  {
    name: 'start-options',
    path: '/start',
    prepare: async (page) => {
      await ask(page);
      await page.getByText('Permissions and tools').click();
      await page.getByText('Permission mode').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'start-agent',
    path: (story) => `/start?way=agent&agent=${story.reviewer}`,
    prepare: async (page) => {
      await ask(page, 'Review the change that caches carts.');
    },
  },
  {
    name: 'start-curl',
    path: '/start',
    prepare: async (page) => {
      await ask(page);
      await page.getByText('Show as code').click();
      await page.getByText('curl').last().scrollIntoViewIfNeeded();
    },
  },
  session('done', 'fixed', see('All 7 tests pass'), [...ALL, 'ja']),
  {
    name: 'session-diff',
    path: (story) => `/sessions/${story.fixed}`,
    looks: ['light', 'dark'],
    prepare: async (page) => {
      await see('All 7 tests pass')(page);
      await page.getByText('RUN').first().scrollIntoViewIfNeeded();
    },
  },
  session('writing', 'writing', async (page) =>
    page.getByRole('heading', { name: 'For administrators' }).waitFor(),
  ),
  session('asking', 'asking', see('rm -r logs')),
  session('question', 'question', see('Which database')),
  session('subagents', 'research', async (page) => {
    await see('Both keep jobs')(page);
    await page.getByText('Read what pg-boss promises').first().click();
    await see('wakes by polling')(page);
  }),
  session('failed', 'failed', see('prompt is too long')),
  { name: 'approvals', path: '/approvals', looks: ALL, prepare: see('rm -r logs') },
  { name: 'agents', path: '/agents', looks: ALL, prepare: see('Incident scribe') },
  { name: 'agent', path: (story) => `/agents/${story.reviewer}`, looks: ALL, prepare: see('Built-in tools') },
  {
    name: 'agent-review',
    path: (story) => `/agents/${story.reviewer}`,
    looks: ['light', 'dark'],
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
    prepare: see('Compare'),
  },
  { name: 'environments', path: '/environments', looks: ALL, prepare: hasTitle },
  { name: 'files', path: '/files', looks: ALL, prepare: hasTitle },
  { name: 'usage', path: '/usage', looks: ALL, prepare: drawn },
  { name: 'server', path: '/server', looks: ALL, prepare: see('Memory') },
  {
    name: 'shortcuts',
    path: '/',
    looks: ['light', 'dark'],
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
    prepare: see('kubectl apply'),
  },
];
