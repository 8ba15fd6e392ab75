import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gzipSync } from 'node:zlib';
import { startConsole, type Console } from '../support/console.ts';
import { settle } from '../support/settle.ts';

let console: Console;
beforeAll(async () => {
  console = await startConsole();
});
afterAll(() => console[Symbol.asyncDispose]());

describe('the console around its pages', () => {
  it('is where a browser lands, and leads to every place', async () => {
    const page = await console.open();
    await page.goto(console.server.url);
    expect(new URL(page.url()).pathname).toBe('/console/');
    const navigation = page.getByRole('navigation', { name: 'Main' });
    for (const name of [
      'Approvals',
      'New session',
      'Agents',
      'Environments',
      'Files',
      'Usage',
      'Server',
      'Sessions',
    ]) {
      await navigation.getByRole('link', { name }).click();
      await page.getByRole('heading', { level: 1, name }).waitFor();
    }
  });

  it('is walked by keyboard alone, and says which keys there are', async () => {
    const page = await console.open();
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).getByText('Approvals').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('u');
    await page.getByRole('heading', { level: 1, name: 'Usage' }).waitFor();
  });

  it('speaks Japanese and is dark when the browser is, or when told to', async () => {
    const japanese = await console.open({ locale: 'ja-JP', theme: 'dark' });
    await japanese.getByRole('navigation', { name: 'メイン' }).waitFor();
    expect(
      await japanese.evaluate(() => [
        document.documentElement.lang,
        document.documentElement.dataset['theme'],
      ]),
    ).toEqual(['ja', 'dark']);
    await japanese.getByRole('button', { name: '設定' }).click();
    await japanese.getByRole('menuitem', { name: 'English' }).click();
    await japanese.getByRole('navigation', { name: 'Main' }).waitFor();
    await japanese.getByRole('button', { name: 'Settings' }).click();
    await japanese.getByRole('menuitem', { name: 'Light' }).click();
    await japanese.reload();
    await japanese.getByRole('navigation', { name: 'Main' }).waitFor();
    expect(await japanese.evaluate(() => document.documentElement.dataset['theme'])).toBe('light');
  });

  it('says of an address that has no page what it is', async () => {
    const page = await console.open({ path: '/nowhere' });
    await page.getByRole('heading', { name: 'There is no such page' }).waitFor();
  });

  it('is at most 300 kB of compressed script on the first load', async () => {
    const page = await console.open();
    await settle(page);
    const scripts = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .map(({ name }) => name)
        .filter((name) => name.endsWith('.js')),
    );
    const sizes = await Promise.all(
      scripts.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length),
    );
    expect(sizes.length).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(300_000);
  });

  it('has had no complaint of any page', () => {
    expect(console.complaints).toEqual([]);
  });
});

describe('a server that asks for a key', () => {
  const KEY = 'a-key-of-reasonable-length';

  it('asks for it, tells a wrong one, and takes one from a link without leaving it in the address', async () => {
    await using keyed = await startConsole([], { BULLPEN_API_KEYS: KEY });
    const page = await keyed.open({ key: null });
    await page.getByLabel('API key').fill('wrong-key-of-reasonable-length');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('The server does not know this key.').waitFor();
    await page.getByLabel('API key').fill(KEY);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('navigation', { name: 'Main' }).waitFor();

    const linked = await keyed.open({ key: null, path: `/approvals#key=${KEY}` });
    await linked.getByRole('heading', { level: 1, name: 'Approvals' }).waitFor();
    expect(linked.url()).not.toContain(KEY);
    await linked.getByRole('button', { name: 'Settings' }).click();
    await linked.getByRole('menuitem', { name: 'Forget the key' }).click();
    await linked.getByLabel('API key').waitFor();
  });
});
