import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { until } from '../../../server/test/support/until.ts';
import { startConsole, type Console } from '../support/console.ts';
import { findOverflow } from '../support/layout.ts';
import { upload } from '../support/places.ts';
import { startScriptedModel } from '../support/scripted-model.ts';
import { settle, unfold } from '../support/settle.ts';
import { findEnglish } from '../support/words.ts';

// All that people and agents say here is Japanese, so that what is not is the console's.

const tool = (name: string, input: object): string =>
  `[[tool=${name} ${JSON.stringify(input).replaceAll(']}', '] }')}]]`;

const PROMPTS = {
  done: '集計が合わない原因を調べて、直してください。',
  asking: '先週のログを消してください。',
  question: '請求書のサービスを作ってください。',
  research: 'ジョブキューを比べてください。',
  failed: '昨夜の障害をまとめてください。',
} as const;

const SCRIPTS: Record<keyof typeof PROMPTS, string> = {
  done: [
    '[[thinking=まず合計の計算を見ます。]] [[text=合計の計算から見ます。]]',
    tool('Write', { file_path: '合計.ts', content: 'let sum = 0;\n' }),
    tool('TodoWrite', {
      todos: [
        { content: '計算を読む', status: 'completed', activeForm: '計算を読んでいます' },
        { content: '直す', status: 'in_progress', activeForm: '直しています' },
      ],
    }),
    tool('Read', { file_path: '合計.ts' }),
    tool('Bash', { command: 'cat 無い', description: '確かめる' }),
    tool('Edit', { file_path: '合計.ts', old_string: 'let sum = 0;', new_string: 'const sum = 0;' }),
    tool('Grep', { pattern: 'sum', path: '.' }),
    tool('Glob', { pattern: '*.ts' }),
    '[[text=直しました。]]',
  ].join(' '),
  asking: tool('Bash', { command: 'rm -r logs', description: '先週のログを消す' }),
  question: tool('AskUserQuestion', {
    questions: [
      {
        question: 'どのデータベースにしますか？',
        header: '保存先',
        multiSelect: false,
        options: [
          { label: 'PostgreSQL', description: 'すでに動いています。' },
          { label: 'SQLite', description: '用意は要りません。' },
        ],
      },
    ],
  }),
  research:
    '[[parallel]] [[agent=一つ目 [[text=一つ目です。]]]] [[agent=二つ目 [[text=二つ目です。]]]] [[text=比べました。]]',
  failed: '[[status=400 message="長すぎます"]]',
};

let model: Awaited<ReturnType<typeof startScriptedModel>>;
let full: Console;
let page: Page;
const sessions: Record<string, string> = {};
let agent: string;

beforeAll(async () => {
  const scripts = Object.entries(PROMPTS).map(([name, prompt]) => [
    prompt,
    SCRIPTS[name as keyof typeof PROMPTS],
  ]);
  model = await startScriptedModel(Object.fromEntries(scripts) as Record<string, string>);
  full = await startConsole([], {
    ANTHROPIC_API_KEY: 'sk-of-a-scene',
    ANTHROPIC_BASE_URL: model.url,
    BULLPEN_ALLOWED_ROOTS: '/',
  });
  for (const [name, prompt] of Object.entries(PROMPTS)) {
    const options =
      name === 'done'
        ? { permission_mode: 'acceptEdits', allowed_tools: ['Bash', 'TodoWrite'] }
        : { on_ask: 'wait' };
    const body = { prompt, metadata: { 部署: '営業' }, ...options };
    sessions[name] = ((await full.api('/execute/', { body })) as { session_id: string }).session_id;
  }
  const made = (await full.api('/v1/agents', {
    body: {
      name: '査読者',
      description: '変更を読みます。',
      model: 'claude-opus-5-5',
      system: '簡潔に。',
      tools: [
        { type: 'agent_toolset_20260401' },
        {
          type: 'custom',
          name: 'weigh',
          description: '量ります。',
          input_schema: { type: 'object', properties: {} },
        },
      ],
    },
  })) as { id: string };
  agent = made.id;
  await full.api(`/v1/agents/${agent}`, { body: { version: 1, system: '簡潔に、正確に。' } });
  await full.api('/v1/environments', { body: { name: '分析', description: 'データの仕事' } });
  await upload(full, '数.csv', 'text/csv', '日,数\n1,12\n');
  await Promise.all(
    ['done', 'research', 'failed'].map((name) => full.api(`/status/${sessions[name]}?wait=60`)),
  );
  page = await full.open({ locale: 'ja-JP' });
});
afterAll(async () => {
  await full?.[Symbol.asyncDispose]();
  await model?.[Symbol.asyncDispose]();
});

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

/** The page as it stands, on a desk and on a phone. */
async function expectJapanese(at: Page): Promise<void> {
  expect(await at.evaluate(() => document.documentElement.lang)).toBe('ja');
  expect(await findEnglish(at)).toEqual([]);
  await at.setViewportSize(PHONE);
  const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));
  await at.evaluate(nextFrame);
  await at.evaluate(nextFrame);
  // What is measured by its surroundings follows them a little later.
  const look = async (): Promise<string[]> => [...(await findEnglish(at)), ...(await findOverflow(at))];
  await until('it fits a phone', async () => (await look()).length === 0, 2000).catch(() => undefined);
  expect(await look()).toEqual([]);
  await at.setViewportSize(DESK);
}

/** Without loading the console again. */
async function go(path: string, on = page): Promise<void> {
  await on.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
  }, `/console${path}`);
  await settle(on);
}

const PAGES: [name: string, path: () => string][] = [
  ['the fleet', () => '/'],
  ['the fleet, filtered', () => '/?q=nothing'],
  ['a new session', () => '/start'],
  ['a new session of an agent', () => `/start?agent=${agent}`],
  ['a session that is done', () => `/sessions/${sessions['done']}`],
  ['a session that waits for permission', () => `/sessions/${sessions['asking']}`],
  ['a session that has a question', () => `/sessions/${sessions['question']}`],
  ['a session with subagents', () => `/sessions/${sessions['research']}`],
  ['a session that failed', () => `/sessions/${sessions['failed']}`],
  ['approvals', () => '/approvals'],
  ['agents', () => '/agents'],
  ['a new agent', () => '/agents/new'],
  ['an agent', () => `/agents/${agent}`],
  ['an agent as JSON', () => `/agents/${agent}?tab=json`],
  ['the versions of an agent', () => `/agents/${agent}?tab=versions`],
  ['an old version of an agent', () => `/agents/${agent}?version=1`],
  ['environments', () => '/environments'],
  ['files', () => '/files'],
  ['usage', () => '/usage'],
  ['the server', () => '/server'],
  ['no page', () => '/nowhere'],
  ['no session', () => '/sessions/019b0000-0000-7000-8000-000000000000'],
  ['no agent', () => '/agents/agent_none'],
];

describe('in Japanese', () => {
  it.each(PAGES)('%s', async (_name, path) => {
    await go(path());
    await unfold(page);
    await expectJapanese(page);
  });

  it('what opens over a page', async () => {
    const menu = page.getByRole('menu');
    const dialog = page.getByRole('dialog');
    const leave = async (over: Locator): Promise<void> => {
      await page.keyboard.press('Escape');
      await over.waitFor({ state: 'hidden' });
    };
    const seeMenu = async (): Promise<void> => {
      await menu.waitFor();
      expect(await findEnglish(page)).toEqual([]);
      await leave(menu);
    };
    const seeDialog = async (): Promise<void> => {
      await dialog.waitFor();
      await expectJapanese(page);
      await leave(dialog);
    };
    await go(`/sessions/${sessions['done']}`);
    await page.keyboard.press('?');
    await seeDialog();
    for (const name of [/分岐/, /アーカイブ/, /削除/]) {
      await page.getByRole('button', { name: 'その他の操作' }).click();
      await menu.getByRole('menuitem', { name }).click();
      await seeDialog();
    }
    await page.getByRole('button', { name: 'その他の操作' }).click();
    await seeMenu();
    await page.getByRole('button', { name: '設定' }).click();
    await seeMenu();
    await go('/environments');
    await page.keyboard.press('c');
    await seeDialog();
    await go('/files');
    await page.getByRole('button', { name: '数.csv', exact: true }).click();
    await seeDialog();
    await go('/');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.getByRole('button', { name: '削除', exact: true }).click();
    await seeDialog();
    await go('/approvals');
    await page.getByRole('tab', { name: '履歴' }).click();
    await settle(page);
    await expectJapanese(page);
  });

  it('what a form finds wrong', async () => {
    await go('/start');
    await unfold(page);
    await page.getByRole('textbox', { name: '最大ターン数' }).fill('0');
    await page.getByRole('button', { name: '開始', exact: true }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await expectJapanese(page);
    await go('/agents/new');
    await page.getByRole('button', { name: '作成' }).click();
    await page.locator('[aria-invalid=true]').first().waitFor();
    await expectJapanese(page);
  });

  it('the page that asks for a key', async () => {
    await using keyed = await startConsole([], { BULLPEN_API_KEYS: 'a-key-of-reasonable-length' });
    const login = await keyed.open({ locale: 'ja-JP', key: null });
    await login.getByLabel('API キー').fill('wrong-key-of-reasonable-length');
    await login.getByRole('button', { name: '続ける' }).click();
    await login.locator('[aria-invalid=true]').waitFor();
    await expectJapanese(login);
  });

  it('an empty server', async () => {
    await using empty = await startConsole();
    const first = await empty.open({ locale: 'ja-JP' });
    for (const path of ['/', '/approvals', '/agents', '/environments', '/files', '/usage']) {
      await go(path, first);
      await expectJapanese(first);
    }
  });

  it('with no complaint of any page', () => {
    expect(full.complaints).toEqual([]);
  });
});
