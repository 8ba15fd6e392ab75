import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';

interface Usage {
  totals: { requests: number; failed_requests: number; cost_usd: number };
  by_model: { model: string; requests: number; cost_usd: number }[];
  failures: { kind: string; count: number }[];
}

let console: Console;
let usage: Usage;
let page: Page;

beforeAll(async () => {
  console = await startConsole();
  const start = async (prompt: string, title: string): Promise<string> =>
    ((await console.api('/execute/', { body: { prompt, title } })) as { session_id: string }).session_id;
  const ids = [
    await start('[[model-usage input=100000 output=50000]] [[text=Dear.]]', 'The dear one'),
    await start('[[model-usage input=1000 output=10]] [[text=Cheap.]]', 'The cheap one'),
    await start('[[status=400 message="Too long"]]', 'The one that fails'),
  ];
  await until(
    'all have ended',
    async () => {
      const all = await Promise.all(ids.map((id) => console.api(`/status/${id}`)));
      return all.every((one) => ['completed', 'error'].includes((one as { status: string }).status));
    },
    50_000,
  );
  usage = (await console.api('/usage')) as Usage;
  page = await console.open({ path: '/usage' });
});
afterAll(() => console[Symbol.asyncDispose]());

/** As English writes it: what the page shows is compared with what the API says. */
const usd = (value: number): string =>
  new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: 'USD',
    maximumFractionDigits: value >= 1 ? 2 : value >= 0.1 ? 3 : 4,
  }).format(value);

describe('the page of what was used', () => {
  it('has the totals of the API', async () => {
    expect(usage.totals.cost_usd).toBeGreaterThan(0);
    const totals = page.getByLabel('Totals');
    await totals.getByText(usd(usage.totals.cost_usd), { exact: true }).waitFor();
    await totals.getByText(String(usage.totals.requests), { exact: true }).waitFor();
    await totals.getByText(`${usage.totals.failed_requests} failed`).waitFor();
  });

  it('has each model, the costliest sessions in their order, and the failures by kind', async () => {
    for (const { model, cost_usd: cost } of usage.by_model.filter(({ cost_usd }) => cost_usd > 0)) {
      const row = page.getByRole('table', { name: 'By model' }).getByRole('row', { name: model });
      await row.getByText(usd(cost), { exact: true }).waitFor();
    }
    const sessions = page.getByRole('table', { name: 'Costliest sessions' }).getByRole('link');
    await sessions.first().waitFor();
    expect((await sessions.allInnerTexts()).slice(0, 2)).toEqual(['The dear one', 'The cheap one']);
    for (const { kind, count } of usage.failures) {
      const row = page.getByRole('table', { name: 'Failures' }).getByRole('row', { name: kind });
      await row.getByText(String(count), { exact: true }).last().waitFor();
    }
    expect(usage.failures.length).toBeGreaterThan(0);
  });

  it('has the numbers behind the picture as a table, and as the CSV of the API', async () => {
    await page
      .getByRole('img', { name: /Spend by day/ })
      .locator('svg')
      .first()
      .waitFor();
    await page.locator('summary', { hasText: 'Show as table' }).click();
    const table = page.getByRole('table', { name: 'By day' });
    await table.getByText(usd(usage.totals.cost_usd), { exact: true }).first().waitFor();

    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download CSV' }).click();
    const file = await (await downloaded).path();
    const csv = await readFile(file, 'utf8');
    const response = await fetch(`${console.server.url}/usage.csv`, {
      headers: { authorization: `Bearer ${console.key}` },
    });
    const lines = (text: string): string[] => text.trim().split(/\r?\n/).toSorted();
    expect(lines(csv).length).toBeGreaterThan(2);
    expect(lines(csv)).toEqual(lines(await response.text()));
  });

  it('of another span has its numbers, which stay over a reload', async () => {
    await page
      .getByRole('button', { name: '7 days' })
      .or(page.getByRole('radio', { name: '7 days' }))
      .click();
    await page.waitForURL(/usage\?/);
    await page.reload();
    await page.getByLabel('Totals').getByText(usd(usage.totals.cost_usd), { exact: true }).waitFor();
  });
});

describe('the page of the server', () => {
  it('says what it is, and what is weak in it, in words', async () => {
    const state = (await console.api('/server')) as {
      version: string;
      warnings: { code: string; text: string }[];
    };
    await page.goto(`${console.server.url}/console/server`);
    await page.getByText('Demo: a script plays the model').waitFor();
    await page.getByText(state.version, { exact: true }).first().waitFor();
    expect(state.warnings.map(({ code }) => code)).toContain('demo_mode');
    for (const { text } of state.warnings) await page.getByText(text).first().waitFor();
  });

  it('with no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});
