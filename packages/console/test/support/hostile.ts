import type { Page } from 'playwright-core';
import type { McpServer } from '../../../server/test/support/mcp-server.ts';
import { until } from '../../../server/test/support/until.ts';
import type { Console } from './console.ts';
import { upload } from './places.ts';

/*
 * Sessions, agents and files in which everything that can be said tries to become part of the page. Each payload would
 * set `window.hit`, lead to something that runs, or load something from another server.
 */

export const HTML =
  '<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg onload="window.hit=1"></svg>';
export const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="window.hit=1"><script>window.hit=1</script><image href="https://evil.example/pixel.png"/><foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" srcdoc="&lt;script&gt;parent.hit=1&lt;/script&gt;"/></foreignObject><text>drawn</text></svg>`;
/** As a name of a file: without what no path may have. */
export const NAME = '<img src=x onerror=hit=1>';

const SVG_URL = `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`;
const HTML_URL = `data:text/html;base64,${Buffer.from(HTML).toString('base64')}`;
const MARKDOWN = [
  HTML,
  '[a link](javascript:window.hit=1) [another](JaVaScRiPt:window.hit=1) [a third][it]',
  '[it]: javascript:window.hit=1',
  `[data](${HTML_URL}) [a picture](${SVG_URL})`,
  '![a picture](https://evil.example/pixel.png) ![another](javascript:window.hit=1)',
  `![html](${HTML_URL}) ![drawn](${SVG_URL})`,
  '<a href="javascript:window.hit=1">click</a>',
  '<javascript:window.hit=1>',
  '```html\n<script>window.hit=1</script>\n```',
  '| <img src=x onerror="window.hit=1"> |\n|---|\n| [x](vbscript:window.hit=1) |',
].join('\n\n');
/** Colours, the title of a window, links of the terminal (one without an end), and HTML between them. */
const TERMINAL = String.raw`printf '\033[31m<img src=x onerror="window.hit=1">\033[0m \033]0;<script>window.hit=1</script>\007 \033]8;;javascript:window.hit=1\033\\click\033]8;;\033\\ \033[38;2;1;2;3m<script>window.hit=1</script>\n\033]8;;javascript:window.hit=1'`;
const QUESTION = {
  question: `${HTML}?`,
  header: NAME,
  multiSelect: false,
  options: [
    { label: HTML, description: MARKDOWN, preview: HTML },
    { label: 'No', description: HTML },
  ],
};

/** Where it is shown: paths of pages by what is on them. */
export type HostilePaths = Record<(typeof SHOWN)[number], string>;
export const SHOWN = [
  'a session',
  'a session that failed',
  'a session that asks',
  'a session with a question',
  'a session with files',
  'an agent',
] as const;

export async function playHostile(
  console: Pick<Console, 'api' | 'server' | 'key'>,
  mcp: Pick<McpServer, 'url'>,
): Promise<HostilePaths> {
  const execute = async (body: object): Promise<string> =>
    ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
  const make = async (path: string, body: object): Promise<string> =>
    ((await console.api(path, { body })) as { id: string }).id;
  const done = await execute({
    prompt: [
      HTML,
      `[[thinking=${HTML}]]`,
      `[[text=${MARKDOWN}]]`,
      tool('Write', { file_path: `${NAME}.svg`, content: SVG }),
      tool('Write', { file_path: 'page.md', content: MARKDOWN }),
      tool('Read', { file_path: 'page.md' }),
      tool('Read', { file_path: `${NAME}.svg` }),
      tool('Edit', { file_path: 'page.md', old_string: 'click', new_string: HTML }),
      tool('Bash', { command: TERMINAL, description: HTML }),
      tool('Grep', { pattern: HTML, path: NAME }),
      tool('TodoWrite', { todos: [{ content: HTML, status: 'in_progress', activeForm: HTML }] }),
      tool('WebFetch', { url: 'javascript:window.hit=1', prompt: HTML }),
      tool('mcp__tools__add', { html: HTML, link: 'javascript:window.hit=1' }),
      tool('mcp__<b>evil</b>__<img/src=x/onerror=window.hit=1>', { html: HTML }),
      `[[agent=${HTML} [[text=${HTML}]]]]`,
      tool('Bash', { command: 'exit 1' }),
      '[[text=The end.]]',
    ].join(' '),
    title: `${HTML} title`,
    metadata: { '<b>key</b>': HTML },
    permission_mode: 'acceptEdits',
    allowed_tools: ['Bash', 'TodoWrite', 'Grep', 'mcp__tools__add'],
    mcp_servers: { tools: { type: 'http', url: mcp.url } },
    env: { HOSTILE: HTML },
  });
  const failed = await execute({
    prompt: `Fail. [[status=400 message="${HTML.replaceAll('"', "'")}"]]`,
  });
  const asks = await execute({
    prompt: `${HTML} ${tool('Bash', { command: `echo '${HTML}'`, description: HTML })}`,
    title: HTML,
    on_ask: 'wait',
  });
  const question = await execute({
    prompt: `Ask. ${tool('AskUserQuestion', { questions: [QUESTION] })}`,
    on_ask: 'wait',
  });
  const agent = await make('/v1/agents', {
    name: HTML,
    description: MARKDOWN,
    model: 'claude-opus-5-5',
    system: HTML,
    tools: [{ type: 'agent_toolset_20260401' }],
    metadata: { html: HTML },
  });
  const environment_id = await make('/v1/environments', { name: HTML, description: HTML });
  const file_id = await upload(console, `${NAME}.svg`, 'image/svg+xml', SVG);
  await upload(console, `${NAME}.html`, 'text/html', HTML);
  const withFiles = await make('/v1/sessions', {
    agent,
    environment_id,
    title: HTML,
    resources: [{ type: 'file', file_id, mount_path: `/mnt/${NAME}.svg` }],
  });
  const outputs = ['html', 'svg'].map((type) =>
    tool('Write', { file_path: `/mnt/session/outputs/${NAME}.${type}`, content: SVG }),
  );
  const data = Buffer.from(SVG).toString('base64');
  // The model goes by the last text.
  const content = [
    { type: 'document', source: { type: 'text', media_type: 'text/plain', data: HTML }, title: HTML },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data } },
    { type: 'text', text: `${MARKDOWN} ${outputs.join(' ')} [[text=The end.]]` },
  ];
  const events = [{ type: 'user.message', content }];
  await console.api(`/v1/sessions/${withFiles}/events`, { body: { events } });
  await waitFor(console, done, 'completed');
  await waitFor(console, failed, 'error');
  const isIdle = async (): Promise<boolean> => {
    const { status } = (await console.api(`/v1/sessions/${withFiles}`)) as { status: string };
    return status === 'idle';
  };
  await until('the session with files is idle', isIdle, 120_000);
  return {
    'a session': `/sessions/${done}`,
    'a session that failed': `/sessions/${failed}`,
    'a session that asks': `/sessions/${asks}`,
    'a session with a question': `/sessions/${question}`,
    'a session with files': `/sessions/${withFiles}`,
    'an agent': `/agents/${agent}`,
  };
}

/** Fails if it ends in another way: what did not happen would harm nobody. */
async function waitFor(console: Pick<Console, 'api'>, id: string, status: string): Promise<void> {
  const ended = (await console.api(`/status/${id}?wait=60`)) as { status: string };
  if (ended.status !== status) throw new Error(`It is not ${status}: ${JSON.stringify(ended)}`);
}

function tool(name: string, input: object): string {
  return `[[tool=${name} ${JSON.stringify(input).replaceAll(']]', '] ]').replaceAll('[[', '[ [')}]]`;
}

/** What of a payload has run, would run when it is clicked, or has left the server; empty: nothing. */
export async function findHarm(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { hit } = window as { hit?: number };
    const links = [...document.querySelectorAll<HTMLAnchorElement | SVGAElement>('a[href], a')].flatMap(
      (link) => {
        const url = link instanceof HTMLAnchorElement ? link.href : (link.getAttribute('href') ?? '');
        return /^(?:https?:|mailto:|blob:|$)/.test(url) ? [] : [`a link to ${url.slice(0, 60)}`];
      },
    );
    const active = [...document.querySelectorAll('iframe, object, embed, base, form[action], script, *')]
      .filter(
        (element) =>
          /^(?:iframe|object|embed|base)$/i.test(element.tagName) ||
          (element.tagName.toLowerCase() === 'script' && element.closest('head') === null) ||
          element.getAttributeNames().some((name) => name.startsWith('on')),
      )
      .map((element) => `an element ${element.outerHTML.slice(0, 120)}`);
    const foreign = performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => !name.startsWith(location.origin) && !/^(?:data|blob):/.test(name))
      .map((name) => `a request to ${name}`);
    return [...(hit === undefined ? [] : ['a script']), ...links, ...active, ...foreign];
  });
}
