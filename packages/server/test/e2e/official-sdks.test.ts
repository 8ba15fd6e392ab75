import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { makeDataDir, startBullpen, type BullpenProcess } from '../support/bullpen-process.ts';
import { startFlakyProxy } from '../support/flaky-proxy.ts';

// Each language starts several agents, all of them at the same time.
vi.setConfig({ testTimeout: 120_000 });

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const EXAMPLES = join(ROOT, 'examples/official-sdks');

/** What all languages say in the end, whatever else they print. */
const SAID: Record<string, string[]> = {
  quickstart: ['Now I run a command.', '6 * 7 is 42.', '1 2 3 4 5'],
  tools: ['deny', 'get_weather says: Sunny in Oslo', 'tracker'],
  files: ['summary.md', '/mnt/session/outputs/summary.md', '/workspace/shop', 'satisfied'],
  steering: ['1 2 3 4 5', 'Nice to meet you, Ada.', '6 * 7 is 42.', 'budget_reached', 'end_turn'],
};
/** The events of a turn without tools. */
const TURN = [
  'session.status_running',
  'session.thread_status_running',
  'user.message',
  'span.model_request_start',
  'agent.message',
  'span.model_request_end',
  'session.thread_status_idle',
  'session.usage',
  'session.status_idle',
];

let dataDir: Awaited<ReturnType<typeof makeDataDir>>;
let compiled: Awaited<ReturnType<typeof makeDataDir>>;
let server: BullpenProcess;
/** What answers of a person need, on a server without API keys too. */
let key: string;
let python: string | undefined;

beforeAll(async () => {
  compiled = await makeDataDir();
  await symlink(join(ROOT, 'node_modules'), join(compiled.path, 'node_modules'));
  await writeFile(join(compiled.path, 'package.json'), '{ "type": "module" }');
  const options = '--ignoreConfig --target es2023 --module nodenext --types node --skipLibCheck';
  const files = ['hello', 'reliable', ...Object.keys(SAID)].map((name) => join(EXAMPLES, `${name}.ts`));
  await run(join(ROOT, 'node_modules/.bin/tsc'), [
    ...options.split(' '),
    '--outDir',
    compiled.path,
    ...files,
  ]);
  python = await findPython();
  if (python === undefined) {
    console.log('The Python examples are not run: there is no python3 with the package anthropic.');
  }
  dataDir = await makeDataDir();
  server = await startBullpen(dataDir.path, ['--stdio-mcp', '--allowed-roots', compiled.path]);
  key = (await readFile(join(dataDir.path, 'approval-key'), 'utf8')).trim();
});

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await dataDir[Symbol.asyncDispose]();
  await compiled[Symbol.asyncDispose]();
});

/** One that knows the official SDK. `BULLPEN_TEST_PYTHON`: of a virtual environment. */
async function findPython(): Promise<string | undefined> {
  const command = process.env['BULLPEN_TEST_PYTHON'] ?? 'python3';
  return run(command, ['-c', 'import anthropic']).then(
    () => command,
    () => undefined,
  );
}

/** What a program prints. */
async function outputOf(program: string, path: string, url = server.url): Promise<string> {
  const env = { PATH: process.env['PATH'], BULLPEN_URL: url, BULLPEN_API_KEY: key };
  return (await run(program, [path], { env, cwd: compiled.path })).stdout;
}

/** What an example prints: in TypeScript, in bash, and in Python if that is there. */
async function runInAll(name: string, url?: string): Promise<string[]> {
  return Promise.all([
    outputOf(process.execPath, join(compiled.path, `${name}.js`), url),
    outputOf('bash', join(EXAMPLES, `${name}.sh`), url),
    ...(python === undefined ? [] : [outputOf(python, join(EXAMPLES, `${name}.py`), url)]),
  ]);
}

describe('examples/official-sdks', () => {
  it('hello.ts shows the events of a task', async () => {
    const types = (await outputOf(process.execPath, join(compiled.path, 'hello.js'))).trim().split('\n');
    expect(types).toContain('agent.tool_use');
    expect(types.at(-1)).toBe('session.status_idle');
  });

  it('extensions.sh shows what only this server has', async () => {
    const output = await outputOf('bash', join(EXAMPLES, 'extensions.sh'));
    const said = Array.from({ length: 3 }, () => 'Your name is Ada.');
    const included = ['bullpen.run_result', '"state":"completed"'];
    const before = ['"next_page":null', 'agent_deleted', 'Nice to meet you'];
    expectInOrder(output, [...before, ...included, ...said, '"type":"stdio"']);
  });

  it.for(Object.keys(SAID))('%s does the same in each language', async (name, { skip }) => {
    const hasMounts = server.output().includes('held by bubblewrap');
    if (name === 'files' && !hasMounts) return skip('bubblewrap does not work here');
    for (const output of await runInAll(name)) expectInOrder(output, SAID[name] ?? []);
  });

  it('reliable goes on where its connection breaks, and hears nothing twice', async () => {
    await using proxy = await startFlakyProxy(Number(new URL(server.url).port));
    proxy.cutAfter('"type":"span.model_request_start"');
    const [js = '', sh = '', py = js] = await runInAll('reliable', `http://127.0.0.1:${proxy.port}`);
    for (const output of [js, py]) {
      expect(output.split('\n').filter((line) => /^(?:session|span|user|agent)\./.test(line))).toEqual(TURN);
    }
    expectInOrder(sh, ['agent.message', 'session.status_idle']);
    for (const output of [js, sh, py]) expectInOrder(output, ['One session.', '1 2 3 4 5', 'Concurrent']);
  });
});

function expectInOrder(output: string, texts: readonly string[]): void {
  let at = 0;
  for (const text of texts) {
    at = output.indexOf(text, at);
    expect(at, `${text} should be in\n${output}`).toBeGreaterThanOrEqual(0);
    at += text.length;
  }
}
