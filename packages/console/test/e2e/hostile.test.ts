import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startConsole, type Console } from '../support/console.ts';

// What agents write comes from anywhere: web pages, repositories, other people's prompts. None of it may become part of
// the page. Each payload would set `window.hit`, leave the server, or be refused by the content security policy, which
// would be a complaint: the policy is the second wall, and nothing may reach it.

const HTML =
  '<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg onload="window.hit=1"></svg>';
const MARKDOWN = [
  HTML,
  '[a link](javascript:window.hit=1)',
  '[data](data:text/html;base64,PHNjcmlwdD53aW5kb3cuaGl0PTE8L3NjcmlwdD4=)',
  '![a picture](https://evil.example/pixel.png)',
  '<a href="javascript:window.hit=1">click</a>',
  '<javascript:window.hit=1>',
  '```html\n<script>window.hit=1</script>\n```',
  '| <img src=x onerror="window.hit=1"> |\n|---|\n| [x](vbscript:window.hit=1) |',
].join('\n\n');
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hit=1"><script>window.hit=1</script><text>drawn</text></svg>`;
/** Colours, a link of the terminal, and HTML between them. */
const TERMINAL = String.raw`printf '\033[31m<img src=x onerror="window.hit=1">\033[0m \033]8;;javascript:window.hit=1\033\\click\033]8;;\033\\ <script>window.hit=1</script>\n'`;

const tool = (name: string, input: object): string => `[[tool=${name} ${JSON.stringify(input)}]]`;

let console: Console;
let sessionId: string;
let agentId: string;

beforeAll(async () => {
  console = await startConsole();
  const prompt = [
    HTML,
    `[[thinking=${HTML}]]`,
    `[[text=${MARKDOWN}]]`,
    tool('Write', { file_path: '<img src=x onerror=window.hit=1>.svg', content: SVG }),
    tool('Write', { file_path: 'page.md', content: MARKDOWN }),
    tool('Read', { file_path: 'page.md' }),
    tool('Bash', { command: TERMINAL, description: HTML }),
    tool('WebFetch', { url: 'javascript:window.hit=1', prompt: HTML }),
    tool('mcp__<b>evil</b>__<img src=x>', { html: HTML }),
    tool('Bash', { command: 'exit 1' }),
    '[[text=The end.]]',
  ].join(' ');
  const body = {
    prompt,
    title: `${HTML} title`,
    metadata: { '<b>key</b>': HTML },
    permission_mode: 'acceptEdits',
    allowed_tools: ['Bash'],
  };
  sessionId = ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
  await console.api(`/status/${sessionId}?wait=30`);
  const asks = {
    prompt: `${HTML} ${tool('Bash', { command: `echo '${HTML}'`, description: HTML })}`,
    title: HTML,
    on_ask: 'wait',
  };
  await console.api('/execute/', { body: asks });
  const agent = {
    name: HTML,
    description: MARKDOWN,
    model: 'claude-opus-5-5',
    system: HTML,
    metadata: { html: HTML },
  };
  agentId = ((await console.api('/v1/agents', { body: agent })) as { id: string }).id;
  await console.api('/v1/environments', { body: { name: HTML, description: HTML } });
});
afterAll(() => console[Symbol.asyncDispose]());

/** Opens everything that is folded, and fails if something of a payload has run or left the server. */
async function expectHarmless(page: Page): Promise<void> {
  for (const folded of await page.locator('[aria-expanded="false"]:not([aria-haspopup])').all()) {
    await folded.click({ timeout: 1000 }).catch(() => undefined);
  }
  await page.waitForLoadState('networkidle').catch(() => undefined);
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  const links = await page
    .locator('a[href]')
    .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
  expect(links.filter((protocol) => !['http:', 'https:', 'mailto:', 'blob:'].includes(protocol))).toEqual([]);
  const foreign = await page.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => !name.startsWith(location.origin) && !/^(data|blob):/.test(name)),
  );
  expect(foreign).toEqual([]);
}

describe('what agents and strangers write stays text', () => {
  it.each([
    ['the fleet', () => '/'],
    ['a session', () => `/sessions/${sessionId}`],
    ['approvals', () => '/approvals'],
    ['agents', () => '/agents'],
    ['an agent', () => `/agents/${agentId}`],
    ['environments', () => '/environments'],
    ['files', () => '/files'],
    ['usage', () => '/usage'],
  ])('on %s', async (_name, path) => {
    const page = await console.open({ path: path() });
    await page
      .getByText('<img src=x onerror')
      .or(page.getByRole('heading', { level: 1 }))
      .first()
      .waitFor();
    await expectHarmless(page);
  });

  it('in an address', async () => {
    const page = await console.open({
      path: `/?q=${encodeURIComponent(HTML)}&status=${encodeURIComponent(HTML)}`,
    });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await expectHarmless(page);
    const session = await console.open({ path: `/sessions/${encodeURIComponent(HTML)}` });
    await session.getByRole('heading').first().waitFor();
    await expectHarmless(session);
  });

  it('and nothing of it has reached the content security policy', () => {
    expect(console.complaints).toEqual([]);
  });
});
