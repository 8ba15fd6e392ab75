import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { detectSandbox } from '../../../server/dist/sandbox/detect.js';
import { startMcpServer, type McpServer } from '../../../server/test/support/mcp-server.ts';
import { startConsole, type Console } from '../support/console.ts';
import { findHarm, HTML, NAME, playHostile, SHOWN, SVG, type HostilePaths } from '../support/hostile.ts';
import { settle, unfold } from '../support/settle.ts';
import { openTabs, type Tabs } from '../support/tabs.ts';

// What agents write comes from anywhere: web pages, repositories, other people's prompts. None of it may become part of
// the page. The content security policy is the second wall: what it refuses is a complaint, and nothing may reach it.

const { sandbox } = await detectSandbox('auto', process.env['PATH'] ?? '');

let console: Console;
let mcp: McpServer;
let tabs: Tabs;
let paths: HostilePaths;

beforeAll(async () => {
  [console, mcp] = await Promise.all([startConsole(), startMcpServer()]);
  paths = await playHostile(console, mcp);
  tabs = await openTabs(console, { height: HEIGHT });
});
afterAll(async () => {
  await console?.[Symbol.asyncDispose]();
  await mcp?.[Symbol.asyncDispose]();
});

/** So high that nothing of a conversation is left out, which draws only what is seen. */
const HEIGHT = 12_000;

/** Opens everything that is folded. */
async function expectHarmless(page: Page): Promise<void> {
  await settle(page);
  await unfold(page);
  const undrawn = await page
    .getByRole('article')
    .evaluateAll((all) => Number(all[0]?.getAttribute('aria-setsize') ?? 0) - all.length);
  expect(undrawn).toBe(0);
  expect(await findHarm(page)).toEqual([]);
}

const PAGES = [
  '/',
  '/approvals',
  '/approvals?tab=history',
  '/agents',
  '/environments',
  '/files',
  '/start',
  '/usage',
  '/server',
];

describe.concurrent('what agents and strangers write stays text', () => {
  it.each(SHOWN)('on the page of %s', (name) => tabs.visit(paths[name], expectHarmless));

  it.each(PAGES)('on %s', (path) => tabs.visit(path, expectHarmless));

  it.each([
    ['a filter', `/?q=${encodeURIComponent(HTML)}&status=${encodeURIComponent(HTML)}`],
    ['the id of a session', `/sessions/${encodeURIComponent(NAME)}`],
    ['the id of an agent', `/agents/${encodeURIComponent(NAME)}`],
    ['an approval', `/approvals?id=${encodeURIComponent(HTML)}`],
    ['a span of time', `/usage?from=${encodeURIComponent(HTML)}&to=${encodeURIComponent(HTML)}`],
    ['the agent to start with', `/start?agent=${encodeURIComponent(HTML)}`],
    ['a page', `/${encodeURIComponent(NAME)}`],
    ['a fragment', `/#${HTML}`],
  ])('in an address, as %s', (_name, path) => tabs.visit(path, expectHarmless));
});

describe('files of strangers', () => {
  it('are looked at as pictures that run nothing, also when one is opened for itself', async () => {
    await tabs.visit('/files', async (page) => {
      // The last: those before it are the session's, which cannot be fetched.
      await page
        .getByRole('button', { name: `${NAME}.svg`, exact: true })
        .last()
        .click();
      const picture = page.getByRole('dialog').getByRole('img');
      await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(40);
      await expectHarmless(page);
      const [own] = await Promise.all([
        page.waitForEvent('popup'),
        picture.evaluate((image: HTMLImageElement) => void window.open(image.src)),
      ]);
      await own.getByText('drawn').waitFor();
      expect(await own.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
      expect(await findHarm(page)).toEqual([]);
      await own.close();
    });
    // By the policy of the page that made it; said in the new window.
    expect(console.complaints.splice(0).every((text) => text.startsWith('blob:'))).toBe(true);
  });

  it('are read as text when they are pages, and are only ever saved by their address', async () => {
    await tabs.visit('/files', async (page) => {
      await page
        .getByRole('button', { name: `${NAME}.html`, exact: true })
        .last()
        .click();
      await page.getByRole('dialog').getByText(HTML).waitFor();
      await expectHarmless(page);
    });
    const { data } = (await console.api('/v1/files')) as { data: { id: string; mime_type: string }[] };
    const { id } = data.findLast(({ mime_type }) => mime_type === 'text/html') ?? { id: '' };
    const page = await console.open();
    const download = page.waitForEvent('download');
    await page.goto(`${new URL(console.server.url).origin}/v1/files/${id}/content`).catch(() => undefined);
    expect((await download).suggestedFilename()).not.toMatch(/[<>/]/);
    expect(new URL(page.url()).pathname).toBe('/console/');
    await page.context().close();
  });

  it.skipIf(sandbox.kind !== 'bubblewrap')('are listed by their names when agents leave them', async () => {
    await tabs.visit(paths['a session with files'], async (page) => {
      const outputs = page.getByRole('listitem').filter({ hasText: `${NAME}.html` });
      await outputs.getByRole('button', { name: `Download ${NAME}.html` }).waitFor();
      await expectHarmless(page);
      const download = page.waitForEvent('download');
      await outputs.getByRole('button').click();
      expect((await download).suggestedFilename()).not.toMatch(/[<>/]/);
    });
  });
});

describe('without the content security policy', () => {
  let open: Tabs;
  beforeAll(async () => {
    open = await openTabs(console, { bypassCSP: true, height: HEIGHT });
  });

  it.concurrent.each(SHOWN)('nothing runs on the page of %s', (name) =>
    open.visit(paths[name], expectHarmless),
  );

  it('these tests see what runs, what would, and what leaves', async () => {
    await open.visit('/', async (page) => {
      await settle(page);
      await page.evaluate((svg) => {
        document.body.insertAdjacentHTML(
          'beforeend',
          `<img src="x" onerror="window.hit=1"><a href="javascript:window.hit=1">link</a><iframe></iframe>${svg}`,
        );
      }, SVG);
      const harm = [
        /^a script$/,
        /^a link to javascript:/,
        /^an element <iframe/,
        /^an element <svg.*onload/,
        /^a request to https:\/\/evil\.example\//,
      ];
      for (const one of harm) {
        await expect
          .poll(async () => (await findHarm(page)).filter((found) => one.test(found)))
          .not.toEqual([]);
      }
    });
  });
});

describe('nothing of it has reached the content security policy', () => {
  it('which would be a complaint', () => {
    expect(console.complaints).toEqual([]);
  });
});

describe('the content security policy refuses what would get into a page all the same', () => {
  let page: Page;
  beforeAll(async () => {
    page = await console.open();
    await settle(page);
    await page.evaluate(() => {
      const violations = new Set<string>();
      Object.assign(window, { violations });
      document.addEventListener('securitypolicyviolation', (event) =>
        violations.add(event.effectiveDirective),
      );
    });
  });
  afterAll(() => page?.context().close());

  /** Puts it into the page, and waits until it is refused. */
  async function expectRefused(html: string, directive: string): Promise<void> {
    await page.evaluate((text) => {
      const made = document.createRange().createContextualFragment(text);
      const button = made.querySelector('button');
      const form = made.querySelector('form');
      document.body.append(made);
      button?.click();
      form?.submit();
    }, html);
    const refused = (): Promise<string[]> =>
      page.evaluate(() => [...((window as { violations?: Set<string> }).violations ?? [])]);
    await expect.poll(refused, { timeout: 10_000 }).toContain(directive);
    expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
    expect(new URL(page.url()).pathname).toBe('/console/');
  }

  it.each([
    ['a script in the page', '<script>window.hit = 1</script>', 'script-src-elem'],
    ['a script in an attribute', '<button onclick="window.hit = 1">Press</button>', 'script-src-attr'],
    ['a picture of another server', '<img src="https://evil.example/pixel.png">', 'img-src'],
    [
      'styles of another server',
      '<link rel="stylesheet" href="https://evil.example/style.css">',
      'style-src-elem',
    ],
    ['a page in the page', '<iframe src="https://evil.example/"></iframe>', 'frame-src'],
    ['a page of this server in the page', '<iframe src="/console/"></iframe>', 'frame-src'],
    ['an object', '<object data="https://evil.example/movie"></object>', 'object-src'],
    ['an object of this server', '<embed src="/openapi.json">', 'object-src'],
    ['another base of addresses', '<base href="https://evil.example/">', 'base-uri'],
    ['a form', '<form action="https://evil.example/"></form>', 'form-action'],
  ])('%s', async (_name, html, directive) => {
    await page.evaluate(() => (window as { violations?: Set<string> }).violations?.clear());
    await expectRefused(html, directive);
  });

  it('a script of another server', async () => {
    await page.evaluate(() => {
      (window as { violations?: Set<string> }).violations?.clear();
      const script = document.createElement('script');
      script.src = 'https://evil.example/script.js';
      document.body.append(script);
    });
    await expectRefused('', 'script-src-elem');
  });

  it('a request to another server', async () => {
    const outcome = await page.evaluate(() =>
      fetch('https://evil.example/').then(
        () => 'sent',
        () => 'refused',
      ),
    );
    expect(outcome).toBe('refused');
    await expectRefused('', 'connect-src');
  });

  it('code made of text', async () => {
    // Later, since the browser lets a test itself do so.
    // oxlint-disable-next-line no-implied-eval
    await page.evaluate(() => void setTimeout('window.hit = 1'));
    await expectRefused('', 'script-src');
  });

  it('to be a page in the page of another', async () => {
    const other = createServer((_request, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>Other</title><iframe src="${new URL(console.server.url).origin}/console/"></iframe>`),
    ).listen(0, '127.0.0.1');
    try {
      await once(other, 'listening');
      const address = other.address();
      const framing = await page.context().newPage();
      const refused = framing.waitForEvent('console', (message) =>
        message.text().includes('frame-ancestors'),
      );
      await framing.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`);
      await refused;
      expect(await framing.frames()[1]?.getByRole('navigation').count()).toBe(0);
    } finally {
      other.close();
      other.closeAllConnections();
    }
  });
});
