import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { startConsole, type Console } from '../support/console.ts';

interface Status {
  status: string;
  total_cost_usd: number;
}

let console: Console;
let page: Page;
/** Of the sessions, by their titles. */
let costs: Record<string, number>;

beforeAll(async () => {
  console = await startConsole([], { BULLPEN_ALLOWED_ROOTS: '/' });
  const run = async (title: string, prompt: string): Promise<Status> => {
    const body = { title, prompt };
    const { session_id: id } = (await console.api('/execute/', { body })) as { session_id: string };
    return (await console.api(`/status/${id}?wait=60`)) as Status;
  };
  const [dear, cheap, failed] = await Promise.all([
    run('The dear one', '[[model-usage input=100000 output=50000]] [[text=Dear.]]'),
    run('The cheap one', '[[model-usage input=25000 output=1000]] [[text=Cheap.]]'),
    run('The one that fails', '[[status=400 message="Too long"]]'),
  ]);
  expect([dear.status, cheap.status, failed.status]).toEqual(['completed', 'completed', 'error']);
  costs = { 'The dear one': dear.total_cost_usd, 'The cheap one': cheap.total_cost_usd };
  page = await console.open({ path: '/usage' });
});
afterAll(() => console[Symbol.asyncDispose]());

const usd = (value: number | undefined): string => `$${value?.toFixed(2)}`;

/** Of all sessions together. */
const spent = (): string => usd(Object.values(costs).reduce((sum, cost) => sum + cost, 0));

const row = (table: string, name: string) =>
  page.getByRole('table', { name: table }).getByRole('row', { name });

describe('the page of what was used', () => {
  it('has the sum of what the sessions cost, also by agent and model', async () => {
    await page.getByLabel('Totals').getByText(spent(), { exact: true }).waitFor();
    await row('By agent', 'Quick start').getByText(spent(), { exact: true }).waitFor();
    await row('By model', 'claude-opus-5-5').getByText(spent(), { exact: true }).waitFor();
    expect(spent()).toBe('$1.52');
  });

  it('has the costliest sessions first, each with its cost, and leads to them', async () => {
    const table = page.getByRole('table', { name: 'Costliest sessions' });
    const links = table.getByRole('link');
    await links.first().waitFor();
    expect((await links.allInnerTexts()).slice(0, 2)).toEqual(Object.keys(costs));
    for (const [title, cost] of Object.entries(costs)) {
      await row('Costliest sessions', title).getByText(usd(cost), { exact: true }).waitFor();
    }
    expect(await links.first().getAttribute('href')).toMatch(/^\/console\/sessions\/./);
  });

  it('counts what has failed by its kind', async () => {
    const cells = row('Failures', 'invalid_request').getByRole('cell');
    expect((await cells.allInnerTexts()).at(-1)).toMatch(/\b1$/);
    expect(await page.getByRole('table', { name: 'Failures' }).getByRole('row').count()).toBe(2);
  });

  it('has a picture, and its numbers as a table', async () => {
    const picture = page.getByRole('img', { name: /^Spend by day from .* to / });
    await picture.locator('svg path').first().waitFor();
    await page.locator('summary', { hasText: 'Show as table' }).click();
    const days = page.getByRole('table', { name: 'By day' });
    const today = days.getByRole('row').nth(1).getByRole('cell');
    expect(await today.allInnerTexts()).toEqual([
      expect.stringContaining(spent()),
      expect.stringContaining(spent()),
    ]);
    // A head, and thirty days.
    expect(await days.getByRole('row').count()).toBe(31);
  });

  it('has its rows as a CSV file', async () => {
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const download = await downloaded;
    expect(download.suggestedFilename()).toMatch(/\.csv$/);
    const [head = '', ...rows] = (await readFile(await download.path(), 'utf8')).trim().split('\n');
    const column = head.trim().split(',').indexOf('cost_usd');
    expect(usd(rows.reduce((sum, line) => sum + Number(line.trim().split(',')[column]), 0))).toBe(spent());
  });

  it('shows another span, also after a reload', async () => {
    await page.getByRole('radio', { name: '7 days' }).click();
    await page.waitForURL(/usage\?/);
    await page.reload();
    await page.getByLabel('Totals').getByText(spent(), { exact: true }).waitFor();
    await page.locator('summary', { hasText: 'Show as table' }).click();
    expect(await page.getByRole('table', { name: 'By day' }).getByRole('row').count()).toBe(8);
  });
});

describe('the page of the server', () => {
  it('says what it is, and what is misconfigured in it, in words', async () => {
    const { version } = (await console.api('/server')) as { version: string };
    await page.getByRole('link', { name: 'Server', exact: true }).click();
    await page.getByText('Demo: a script plays the model').waitFor();
    await page.getByText(version, { exact: true }).first().waitFor();
    await page.getByText(/^0 of \d+ at work/).waitFor();
    await page.getByRole('heading', { name: 'What needs attention' }).waitFor();
    await page
      .getByRole('listitem')
      .filter({ hasText: 'Sessions may work in every directory, because / is an allowed root.' })
      .waitFor();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
