import { createServer } from 'node:http';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startMcpServer, type McpServer } from '../../../server/test/support/mcp-server.ts';
import { startConsole, type Console } from '../support/console.ts';
import { upload } from '../support/places.ts';
import { settle, unfold } from '../support/settle.ts';

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
const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="window.hit=1"><script>window.hit=1</script><image href="https://evil.example/pixel.png"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;parent.hit=1&lt;/script&gt;"/></foreignObject><text>drawn</text></svg>`;
/** As a name of a file: without what no path may have. */
const NAME = '<img src=x onerror=hit=1>';
/** Colours, a link of the terminal, and HTML between them. */
const TERMINAL = String.raw`printf '\033[31m<img src=x onerror="window.hit=1">\033[0m \033]8;;javascript:window.hit=1\033\\click\033]8;;\033\\ <script>window.hit=1</script>\n'`;
const QUESTION = {
  question: `${HTML}?`,
  header: NAME,
  multiSelect: false,
  options: [
    { label: HTML, description: MARKDOWN, preview: HTML },
    { label: 'No', description: HTML },
  ],
};

const tool = (name: string, input: object): string =>
  `[[tool=${name} ${JSON.stringify(input).replaceAll(']]', '] ]').replaceAll('[[', '[ [')}]]`;

let console: Console;
let mcp: McpServer;
const paths: Record<string, string> = {};

beforeAll(async () => {
  [console, mcp] = await Promise.all([startConsole(), startMcpServer()]);
  const execute = async (name: string, body: object): Promise<string> => {
    const { session_id: id } = (await console.api('/execute/', { body })) as { session_id: string };
    paths[name] = `/sessions/${id}`;
    return id;
  };
  const make = async (path: string, body: object): Promise<string> =>
    ((await console.api(path, { body })) as { id: string }).id;
  const prompt = [
    HTML,
    `[[thinking=${HTML}]]`,
    `[[text=${MARKDOWN}]]`,
    tool('Write', { file_path: `${NAME}.svg`, content: SVG }),
    tool('Write', { file_path: 'page.md', content: MARKDOWN }),
    tool('Read', { file_path: 'page.md' }),
    tool('Read', { file_path: `${NAME}.svg` }),
    tool('Edit', { file_path: 'page.md', old_string: 'a picture', new_string: HTML }),
    tool('Bash', { command: TERMINAL, description: HTML }),
    tool('Grep', { pattern: HTML, path: NAME }),
    tool('TodoWrite', { todos: [{ content: HTML, status: 'in_progress', activeForm: HTML }] }),
    tool('WebFetch', { url: 'javascript:window.hit=1', prompt: HTML }),
    tool('mcp__tools__add', { html: HTML, link: 'javascript:window.hit=1' }),
    tool('mcp__<b>evil</b>__<img src=x>', { html: HTML }),
    `[[agent=${HTML} [[text=${HTML}]]]]`,
    tool('Bash', { command: 'exit 1' }),
    '[[text=The end.]]',
  ].join(' ');
  const done = await execute('a session', {
    prompt,
    title: `${HTML} title`,
    metadata: { '<b>key</b>': HTML },
    permission_mode: 'acceptEdits',
    allowed_tools: ['Bash', 'TodoWrite', 'Grep', 'mcp__tools__add'],
    mcp_servers: { tools: { type: 'http', url: mcp.url } },
    env: { HOSTILE: HTML },
  });
  const failed = await execute('a session that failed', {
    prompt: `Fail. [[status=400 message="${HTML.replaceAll('"', "'")}"]]`,
  });
  await execute('a session that asks', {
    prompt: `${HTML} ${tool('Bash', { command: `echo '${HTML}'`, description: HTML })}`,
    title: HTML,
    on_ask: 'wait',
  });
  await execute('a session with a question', {
    prompt: `Ask. ${tool('AskUserQuestion', { questions: [QUESTION] })}`,
    on_ask: 'wait',
  });
  paths['an agent'] = `/agents/${await make('/v1/agents', {
    name: HTML,
    description: MARKDOWN,
    model: 'claude-opus-5-5',
    system: HTML,
    metadata: { html: HTML },
  })}`;
  const environment = await make('/v1/environments', { name: HTML, description: HTML });
  const file = await upload(console, `${NAME}.svg`, 'image/svg+xml', SVG);
  await upload(console, `${NAME}.html`, 'text/html', HTML);
  const agent = paths['an agent'].split('/').at(-1);
  const session = await make('/v1/sessions', {
    agent,
    environment_id: environment,
    title: HTML,
    resources: [{ type: 'file', file_id: file, mount_path: `/mnt/${NAME}.svg` }],
  });
  const data = Buffer.from(SVG).toString('base64');
  await console.api(`/v1/sessions/${session}/events`, {
    body: {
      events: [
        {
          type: 'user.message',
          content: [
            { type: 'text', text: MARKDOWN },
            {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: HTML },
              title: HTML,
            },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
          ],
        },
      ],
    },
  });
  paths['a session with resources'] = `/sessions/${session}`;
  await Promise.all([done, failed].map((id) => console.api(`/status/${id}?wait=30`)));
});
afterAll(async () => {
  await console?.[Symbol.asyncDispose]();
  await mcp?.[Symbol.asyncDispose]();
});

/** Opens everything that is folded, and fails if something of a payload has run or left the server. */
async function expectHarmless(page: Page): Promise<void> {
  await settle(page);
  await unfold(page);
  expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
  const links = await page
    .locator('a[href]')
    .evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
  expect(links.filter((protocol) => !['http:', 'https:', 'mailto:', 'blob:'].includes(protocol))).toEqual([]);
  const active = await page
    .locator('iframe, object, embed, main script, svg script, [onerror], [onload]')
    .all();
  expect(active).toHaveLength(0);
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
    ['the fleet', '/'],
    ['a session', undefined],
    ['a session that failed', undefined],
    ['a session that asks', undefined],
    ['a session with a question', undefined],
    ['a session with resources', undefined],
    ['approvals', '/approvals'],
    ['the history of approvals', '/approvals?tab=history'],
    ['agents', '/agents'],
    ['an agent', undefined],
    ['environments', '/environments'],
    ['files', '/files'],
    ['a new session', '/start'],
    ['usage', '/usage'],
    ['the server', '/server'],
  ])('on %s', async (name, path) => {
    const page = await console.open({ path: path ?? paths[name] ?? '' });
    await expectHarmless(page);
    await page.context().close();
  });

  it.each([
    ['a filter', `/?q=${encodeURIComponent(HTML)}&status=${encodeURIComponent(HTML)}`],
    ['the id of a session', `/sessions/${encodeURIComponent(NAME)}`],
    ['the id of an agent', `/agents/${encodeURIComponent(NAME)}`],
    ['an approval', `/approvals?id=${encodeURIComponent(HTML)}`],
    ['a span of time', `/usage?from=${encodeURIComponent(HTML)}&to=${encodeURIComponent(HTML)}`],
    ['the agent to start with', `/start?agent=${encodeURIComponent(HTML)}`],
    ['a page', `/${encodeURIComponent(NAME)}`],
    ['a fragment', `/#${HTML}`],
  ])('in an address, as %s', async (_name, path) => {
    const page = await console.open({ path });
    await expectHarmless(page);
    await page.context().close();
  });

  it('and nothing of it has reached the content security policy', () => {
    expect(console.complaints).toEqual([]);
  });
});

describe('the content security policy', () => {
  it('refuses what would get into a page all the same', async () => {
    const page = await console.open();
    await settle(page);
    await page.evaluate(() => {
      const violations = new Set<string>();
      (window as { violations?: Set<string> }).violations = violations;
      document.addEventListener('securitypolicyviolation', (event) =>
        violations.add(event.effectiveDirective),
      );
      const add = (name: string, attributes: Record<string, string>, text = ''): void => {
        const element = document.createElement(name);
        for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
        element.textContent = text;
        document.body.append(element);
      };
      add('script', {}, 'window.hit = 1');
      add('script', { src: 'https://evil.example/script.js' });
      add('button', { onclick: 'window.hit = 1', id: 'hostile' });
      document.getElementById('hostile')?.click();
      add('img', { src: 'https://evil.example/pixel.png' });
      add('iframe', { src: 'https://evil.example/' });
      add('object', { data: 'https://evil.example/movie' });
      add('base', { href: 'https://evil.example/' });
      void fetch('https://evil.example/').catch(() => undefined);
      const form = document.createElement('form');
      form.action = 'https://evil.example/';
      document.body.append(form);
      form.submit();
    });
    const refused = (): Promise<string[]> =>
      page.evaluate(() => [...((window as { violations?: Set<string> }).violations ?? [])].toSorted());
    await expect
      .poll(refused, { timeout: 10_000 })
      .toEqual([
        'base-uri',
        'connect-src',
        'form-action',
        'frame-src',
        'img-src',
        'object-src',
        'script-src-attr',
        'script-src-elem',
      ]);
    expect(await page.evaluate(() => (window as { hit?: number }).hit)).toBeUndefined();
    expect(new URL(page.url()).pathname).toBe('/console/');
    await page.context().close();
  });

  it('lets no other page put the console into a frame', async () => {
    const frame = createServer((_request, response) =>
      response
        .setHeader('content-type', 'text/html')
        .end(`<title>Other</title><iframe src="${new URL(console.server.url).origin}/console/"></iframe>`),
    ).listen(0, '127.0.0.1');
    try {
      await once(frame, 'listening');
      const address = frame.address();
      const page = await console.open({ key: null });
      const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
      await page.goto(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/`);
      await refused;
      expect(await page.frames()[1]?.getByRole('navigation').count()).toBe(0);
      await page.context().close();
    } finally {
      frame.close();
      frame.closeAllConnections();
    }
  });
});
