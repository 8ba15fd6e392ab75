import type { Page } from 'playwright-core';
import { startMcpServer, type McpServer } from '../../server/test/support/mcp-server.ts';
import { until } from '../../server/test/support/until.ts';
import type { Console } from '../test/support/console.ts';

/*
 * A server that has fewer slots than work, and sessions in the states that the other has not: one that waits for a slot,
 * one with a plan, one that was stopped, one that was archived, one with a picture.
 */

const PROMPTS = {
  planned: 'Move the order export to the new API.',
  writing: 'Write the guide for new colleagues.',
  queued: 'Check every link in the guide for new colleagues.',
  stopped: 'Count the lines of code of each team.',
  archived: 'Did the backup of last night work?',
  drawn: 'Look at the checkout page as a customer sees it.',
} as const;

export type Busy = Record<keyof typeof PROMPTS, string>;

const PLAN = `# Move the order export

1. Read orders with the new API, page by page.
2. Write the same columns as today; \`total\` keeps two decimals.
3. Run both exports side by side for a week and compare them.
4. Remove the old one.

The export is **not** stopped meanwhile. Nothing is deleted before step 4.`;

export const BUSY_SCRIPTS: Readonly<Record<string, string>> = {
  [PROMPTS.planned]: `[[text=I have read the export and both APIs. This is how I would do it.]] [[tool=ExitPlanMode ${JSON.stringify({ plan: PLAN })}]] [[text=I begin.]]`,
  [PROMPTS.writing]:
    '[[text=I begin with the first day: accounts, the shop on your machine, and whom to ask.]] [[pause=600000]] [[text=That is all.]]',
  [PROMPTS.queued]: '[[text=All of them work.]]',
  [PROMPTS.stopped]:
    '[[text=I count by directory, since each team has its own.]] [[tool=Bash {"command":"./count-lines --by-team","description":"Count the lines of each team"}]] [[text=Done.]]',
  [PROMPTS.archived]: '[[text=It did: **214 GB** in 41 minutes.]]',
  [PROMPTS.drawn]:
    '[[tool=mcp__browser__screenshot {"url":"http://shop.internal/checkout"}]] [[text=The total is easy to find. The button to pay is below it, and nothing else asks for attention.]]',
};

/** The page whose picture the agent gets. */
const CHECKOUT = `<body style="margin:0;font:15px sans-serif;background:#f6f4f0;color:#222"><main style="margin:24px auto;width:360px;
  padding:24px;background:#fff;border-radius:12px"><h1 style="margin:0 0 16px;font-size:20px">Your order</h1><p>Teapot, 1 l<span
  style="float:right">9.90</span></p><p>Shipping<span style="float:right">3.00</span></p><hr><p><b>Total<span
  style="float:right">12.90</span></b></p><button style="width:100%;padding:12px;border:0;border-radius:8px;background:#2f6f4f;
  color:#fff;font-size:15px">Pay</button></main></body>`;

export async function startBrowserTools({ browser }: Pick<Console, 'browser'>): Promise<McpServer> {
  const page = await browser.newPage({ viewport: { width: 480, height: 330 } });
  await page.setContent(CHECKOUT);
  const data = (await page.screenshot()).toString('base64');
  await page.close();
  return startMcpServer(['screenshot'], () => [{ type: 'image', data, mimeType: 'image/png' }]);
}

export async function playBusy(
  console: Pick<Console, 'api'> & { shop: string },
  tools: Pick<McpServer, 'url'>,
): Promise<Busy> {
  const start = async (name: keyof Busy, title: string, options: object = {}): Promise<string> => {
    const body = { title, prompt: PROMPTS[name], metadata: { team: 'shop' }, ...options };
    return ((await console.api('/execute/', { body })) as { session_id: string }).session_id;
  };
  const rest = async (id: string): Promise<unknown> => console.api(`/status/${id}?wait=60`);

  const archived = await start('archived', 'Backup of last night');
  await rest(archived);
  await console.api(`/v1/sessions/${archived}/archive`, { method: 'POST' });
  const drawn = await start('drawn', 'How the checkout looks', {
    mcp_servers: { browser: { type: 'http', url: tools.url } },
    allowed_tools: ['mcp__browser__screenshot'],
  });
  await rest(drawn);
  const stopped = await start('stopped', 'Lines of code by team', {
    cwd: console.shop,
    allowed_tools: ['Bash'],
  });
  await until('the command runs', async () => {
    const { data } = (await console.api(`/v1/sessions/${stopped}/events`)) as { data: { type: string }[] };
    return data.some(({ type }) => type === 'agent.tool_use');
  });
  await console.api(`/cancel/${stopped}`, { method: 'POST' });
  await rest(stopped);
  const planned = await start('planned', 'Order export on the new API', {
    permission_mode: 'plan',
    on_ask: 'wait',
  });
  await until('the plan waits', async () => ((await console.api('/approvals')) as unknown[]).length === 1);
  const writing = await start('writing', 'Guide for new colleagues');
  // Whether or not a plan that waits keeps a slot, there is none for the last of these.
  await start('writing', 'Guide for new colleagues, in Japanese');
  const queued = await start('queued', 'Links in the guide');
  return { planned, writing, queued, stopped, archived, drawn };
}

export async function writeMessage(page: Page, text: string): Promise<void> {
  const composer = page.locator('textarea').last();
  await composer.fill(text);
  await composer.press('Enter');
}
