import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_TENANT } from '#src/store/records.ts';
import { call, execute } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UNKNOWN = '00000000-0000-7000-8000-000000000000';

let app: TestApp;
beforeAll(async () => {
  app = await startApp({ whyNotBypass: 'bypassPermissions needs a namespace of its own.' });
});
afterAll(async () => app[Symbol.asyncDispose]());

const post = (body: unknown) => call(app.url, 'POST', '/execute/', body);

async function readOptions(sessionId: string) {
  const view = await app.store.readSession(DEFAULT_TENANT, sessionId);
  return view?.run?.options;
}

describe('simple-api: POST /execute/', () => {
  it('answers at once with a pending session and its UUID', async () => {
    const { status, body } = await post({ prompt: 'hello' });
    expect(status).toBe(200);
    expect(body).toEqual({
      session_id: expect.stringMatching(UUID),
      status: 'pending',
      message: `Session ${String(body['session_id'])} started successfully`,
    });
  });

  it('trims the prompt', async () => {
    const id = await execute(app.url, { prompt: '  hello \n' });
    expect((await app.store.readSession(DEFAULT_TENANT, id))?.run?.prompt).toBe('hello');
  });

  it.each([
    ['no prompt', {}, 'missing'],
    ['a prompt of null', { prompt: null }, 'missing'],
    ['an empty prompt', { prompt: '' }, 'string_too_short'],
    ['a blank prompt', { prompt: ' \n\t' }, 'string_too_short'],
    ['a prompt that is no string', { prompt: 5 }, 'string_type'],
    ['a prompt with NUL', { prompt: 'a\0b' }, 'value_error'],
  ])('refuses %s', async (_name, request, type) => {
    const { status, body } = await post(request);
    expect(status).toBe(422);
    expect(body['detail']).toEqual([expect.objectContaining({ type, loc: ['body', 'prompt'] })]);
  });

  it('refuses a body that is no object', async () => {
    const { status, body } = await post(['prompt']);
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      { type: 'dict_type', loc: ['body'], msg: 'Input should be a valid dictionary', input: ['prompt'] },
    ]);
  });

  it('ignores unknown fields, and null is absent', async () => {
    const id = await execute(app.url, {
      prompt: 'x',
      colour: 'green',
      system_prompt: null,
      permission_mode: null,
      model: null,
      cwd: null,
      max_turns: null,
      env: null,
      on_ask: null,
      allowed_tools: null,
      disallowed_tools: null,
      resume_session_id: null,
      mcp_servers: null,
      agents: null,
      output_schema: null,
      max_budget_usd: null,
      max_thinking_tokens: null,
      metadata: null,
      title: null,
      fork: null,
      setting_sources: null,
    });
    expect(Object.values((await readOptions(id)) ?? {}).filter((value) => value !== undefined)).toEqual([]);
  });

  it('passes every option on', async () => {
    const id = await execute(app.url, {
      prompt: 'x',
      system_prompt: 'Be brief.',
      permission_mode: 'plan',
      model: 'haiku',
      max_turns: 7,
      env: { DATABASE_URL: 'postgres://x' },
      on_ask: 'deny',
      allowed_tools: ['Read', 'Bash(git log:*)'],
      disallowed_tools: 'Write',
      mcp_servers: { local: { type: 'stdio', command: 'server', args: ['--quiet'] } },
      output_schema: { type: 'object' },
      max_budget_usd: '0.5',
      max_thinking_tokens: 2000,
    });
    expect(await readOptions(id)).toEqual({
      systemPrompt: 'Be brief.',
      permissionMode: 'plan',
      model: 'haiku',
      maxTurns: 7,
      env: { DATABASE_URL: 'postgres://x' },
      onAsk: 'deny',
      allowedTools: ['Read', 'Bash(git log:*)'],
      disallowedTools: ['Write'],
      mcpServers: { local: { type: 'stdio', command: 'server', args: ['--quiet'] } },
      outputSchema: { type: 'object' },
      maxBudgetUsd: 0.5,
      maxThinkingTokens: 2000,
    });
  });

  it('a blank system_prompt counts as absent', async () => {
    const id = await execute(app.url, { prompt: 'x', system_prompt: '  ' });
    expect((await readOptions(id))?.systemPrompt).toBeUndefined();
  });

  it.each(['default', 'acceptEdits', 'plan', 'dontAsk', 'auto'])(
    'accepts permission_mode %s',
    async (mode) => {
      const id = await execute(app.url, { prompt: 'x', permission_mode: mode });
      expect((await readOptions(id))?.permissionMode).toBe(mode);
    },
  );

  it('refuses any other permission_mode', async () => {
    const { status, body } = await post({ prompt: 'x', permission_mode: 'yolo' });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      {
        type: 'literal_error',
        loc: ['body', 'permission_mode'],
        msg: "Input should be 'default', 'acceptEdits', 'plan', 'bypassPermissions', 'dontAsk' or 'auto'",
        input: 'yolo',
      },
    ]);
  });

  it('refuses bypassPermissions with the reason where it cannot run', async () => {
    expect(await post({ prompt: 'x', permission_mode: 'bypassPermissions' })).toMatchObject({
      status: 400,
      body: { detail: 'bypassPermissions needs a namespace of its own.' },
    });
  });

  it.each([
    [1, 1],
    [100, 100],
    ['7', 7],
    [' 8 ', 8],
  ])('max_turns may be %j', async (given, stored) => {
    const id = await execute(app.url, { prompt: 'x', max_turns: given });
    expect((await readOptions(id))?.maxTurns).toBe(stored);
  });

  it.each([
    [0, 'greater_than_equal'],
    [101, 'less_than_equal'],
    ['101', 'less_than_equal'],
    [1.5, 'int_from_float'],
    ['many', 'int_parsing'],
    [true, 'int_type'],
  ])('max_turns may not be %j', async (given, type) => {
    const { status, body } = await post({ prompt: 'x', max_turns: given });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([expect.objectContaining({ type, loc: ['body', 'max_turns'] })]);
  });

  it('tells of everything that is wrong at once', async () => {
    const { body } = await post({ max_turns: 0, allowed_tools: ['Read', 5], env: { A: 1 } });
    expect(body['detail']).toEqual([
      expect.objectContaining({ type: 'missing', loc: ['body', 'prompt'] }),
      expect.objectContaining({ type: 'greater_than_equal', loc: ['body', 'max_turns'] }),
      expect.objectContaining({ type: 'string_type', loc: ['body', 'env', 'A'] }),
      expect.objectContaining({ type: 'string_type', loc: ['body', 'allowed_tools', 1] }),
    ]);
  });

  it.each([
    ['fork', { fork: true, resume_session_id: UNKNOWN }],
    ['agents', { agents: {} }],
  ])('%s is a 422 that says that it is not available yet', async (name, fields) => {
    const { status, body } = await post({ prompt: 'x', ...fields });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      expect.objectContaining({ type: 'value_error', msg: `${name} is not available yet` }),
    ]);
  });

  it('keeps title and metadata', async () => {
    const id = await execute(app.url, { prompt: 'x', title: 'A title', metadata: { a: null, b: [1] } });
    const view = await app.store.readSession(DEFAULT_TENANT, id);
    expect(view?.session).toMatchObject({ title: 'A title', metadata: { a: null, b: [1] } });
  });
});

describe('simple-api: POST /execute/: what the list shows of many sessions', () => {
  it.each([
    ['title', 'x'.repeat(1000), 'String should have at most 1000 characters'],
    ['metadata', { a: 'x'.repeat(65_536 - 8) }, 'Input should have at most 65536 bytes'],
  ])('%s is bounded', async (name, largest, msg) => {
    expect((await post({ prompt: 'x', [name]: largest })).status).toBe(200);
    const larger = typeof largest === 'string' ? `${largest}x` : { ...largest, b: 1 };
    const { status, body } = await post({ prompt: 'x', [name]: larger });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([expect.objectContaining({ loc: ['body', name], msg })]);
  });
});

describe('simple-api: POST /execute/: what would not fit on a command line', () => {
  const long = 'x'.repeat(100_001);
  it.each([
    ['model', { model: long }],
    ['env', { env: { A: long } }],
    ['allowed_tools', { allowed_tools: [`Bash(${long})`] }],
    ['disallowed_tools', { disallowed_tools: long }],
    ['output_schema', { output_schema: { title: long } }],
  ])('%s is 422, and not a run that cannot start', async (name, options) => {
    const { status, body } = await post({ prompt: 'x', ...options });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      expect.objectContaining({
        loc: ['body', ...(name === 'env' ? ['env', 'A'] : [name])],
        msg: expect.stringContaining('at most 100000 bytes'),
      }),
    ]);
  });
});

describe('simple-api: POST /execute/: env', () => {
  it.each([
    'ANTHROPIC_API_KEY',
    'CLAUDE_CONFIG_DIR',
    'BULLPEN_X',
    'HOME',
    'PATH',
    'TMPDIR',
    'HTTPS_PROXY',
    'http_proxy',
    'NODE_OPTIONS',
    'BUN_OPTIONS',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'BASH_ENV',
    'ENV',
    'SSL_CERT_FILE',
  ])('%s is reserved: 422 naming the key, without its value', async (name) => {
    const { status, body } = await post({ prompt: 'x', env: { [name]: 'sesame' } });
    expect(status).toBe(422);
    expect(body['detail']).toEqual([
      expect.objectContaining({ type: 'value_error', loc: ['body', 'env', name], input: name }),
    ]);
    expect(JSON.stringify(body)).not.toContain('sesame');
  });

  it.each(['HOMEPAGE', 'MY_PATH', 'ENVIRONMENT', 'DATABASE_URL', 'XDG_DATA_HOME'])(
    '%s is free',
    async (name) => {
      const id = await execute(app.url, { prompt: 'x', env: { [name]: 'value' } });
      expect((await readOptions(id))?.env).toEqual({ [name]: 'value' });
    },
  );

  it.each(['', 'A=B'])('%j is no name', async (name) => {
    expect((await post({ prompt: 'x', env: { [name]: 'value' } })).status).toBe(422);
  });

  it('the operator may allow some', async () => {
    await using allowing = await startApp({ config: { allowedEnv: ['NODE_ENV'] } });
    const env = { NODE_ENV: 'test' };
    expect((await call(allowing.url, 'POST', '/execute/', { prompt: 'x', env })).status).toBe(200);
    expect(
      (await call(allowing.url, 'POST', '/execute/', { prompt: 'x', env: { NODE_OPTIONS: '' } })).status,
    ).toBe(422);
  });
});

describe('simple-api: POST /execute/: cwd', () => {
  it('is an existing directory inside an allowed root', async () => {
    const cwd = join(app.root, 'project');
    await mkdir(cwd);
    const id = await execute(app.url, { prompt: 'x', cwd });
    const view = await app.store.readSession(DEFAULT_TENANT, id);
    expect(view?.session.workspace).toEqual({ kind: 'directory', ref: cwd });
  });

  it('that does not exist is 400', async () => {
    const cwd = join(app.root, 'nowhere');
    expect(await post({ prompt: 'x', cwd })).toMatchObject({
      status: 400,
      body: { detail: `cwd ${cwd} does not exist` },
    });
  });

  it('that is a file is 400', async () => {
    const cwd = join(app.root, 'file');
    await writeFile(cwd, '');
    expect(await post({ prompt: 'x', cwd })).toMatchObject({
      status: 400,
      body: { detail: `cwd ${cwd} does not exist` },
    });
  });

  it('outside the roots is 400', async () => {
    const cwd = await realpath(tmpdir());
    expect(await post({ prompt: 'x', cwd })).toMatchObject({
      status: 400,
      body: { detail: `cwd ${cwd} is not inside an allowed root` },
    });
  });

  it('that leads out of the roots by `..` or by a link is 400', async () => {
    await symlink('/', join(app.root, 'out'));
    for (const cwd of [`${app.root}/..`, join(app.root, 'out', 'usr')]) {
      expect(await post({ prompt: 'x', cwd })).toMatchObject({
        status: 400,
        body: { detail: `cwd ${cwd} is not inside an allowed root` },
      });
    }
  });

  it('in the data directory is 400, but for a workspace', async () => {
    const data = join(app.root, 'data');
    const session = join(data, 'sessions', 'one');
    const workspace = join(session, 'workspace', 'project');
    const closed = [data, join(data, 'run'), join(data, 'sessions'), session, join(session, 'home')];
    for (const cwd of [workspace, ...closed]) await mkdir(cwd, { recursive: true });
    for (const cwd of closed) {
      expect(await post({ prompt: 'x', cwd })).toMatchObject({
        status: 400,
        body: { detail: `cwd ${cwd} is not inside an allowed root` },
      });
    }
    expect((await post({ prompt: 'x', cwd: workspace })).status).toBe(200);
  });

  it('that is relative is 400', async () => {
    expect(await post({ prompt: 'x', cwd: 'project' })).toMatchObject({
      status: 400,
      body: { detail: 'cwd project is not an absolute path' },
    });
  });
});

describe('simple-api: POST /execute/: what the operator decides', () => {
  it('a permission_mode that is not allowed is a 400 that says which are', async () => {
    await using strict = await startApp({ config: { allowedPermissionModes: ['default', 'plan'] } });
    expect(
      await call(strict.url, 'POST', '/execute/', { prompt: 'x', permission_mode: 'auto' }),
    ).toMatchObject({
      status: 400,
      body: { detail: 'permission_mode auto is not allowed on this server. Allowed: default, plan' },
    });
  });

  it('setting_sources is for trusted roots only', async () => {
    const trusted = join(app.root, 'trusted');
    await mkdir(trusted);
    await using trusting = await startApp({
      config: { allowedRoots: [app.root], trustedRoots: [trusted] },
    });
    const request = { prompt: 'x', setting_sources: ['project'] };
    const detail = 'setting_sources needs a cwd inside a trusted root of this server (BULLPEN_TRUSTED_ROOTS)';
    for (const cwd of [undefined, app.root]) {
      const answer = await call(trusting.url, 'POST', '/execute/', { ...request, cwd });
      expect(answer).toMatchObject({ status: 400, body: { detail } });
    }
    expect((await call(trusting.url, 'POST', '/execute/', { ...request, cwd: trusted })).status).toBe(200);
  });
});

describe('simple-api: POST /execute/: resume', () => {
  async function createEnded(request: Record<string, unknown> = {}): Promise<string> {
    const id = await execute(app.url, { prompt: 'first', ...request });
    const run = await app.worker.take(id);
    await run.end('completed');
    return id;
  }

  it('continues under the same session_id', async () => {
    const id = await createEnded();
    expect(await post({ prompt: 'more', resume_session_id: id })).toMatchObject({
      status: 200,
      body: { session_id: id, status: 'pending', message: `Session ${id} resumed successfully` },
    });
  });

  it('takes every other option from this request alone', async () => {
    const id = await createEnded({ model: 'haiku', max_turns: 3 });
    await post({ prompt: 'more', resume_session_id: id, model: 'opus' });
    expect(await readOptions(id)).toEqual({ model: 'opus' });
  });

  it('an empty resume_session_id counts as absent', async () => {
    const { body } = await post({ prompt: 'x', resume_session_id: '' });
    expect(body['message']).toContain('started successfully');
  });

  it.each([UNKNOWN, 'nonsense', 'sesn_01'])('of the unknown %s is 400', async (id) => {
    expect(await post({ prompt: 'x', resume_session_id: id })).toMatchObject({
      status: 400,
      body: { detail: `Session ${id} not found.` },
    });
  });

  it('without a conversation is 400, also while it is pending', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    expect(await post({ prompt: 'more', resume_session_id: id })).toMatchObject({
      status: 400,
      body: { detail: `Session ${id} has no recorded Claude session ID. Cannot resume.` },
    });
  });

  it('of a running session is 400, also while a resumed run is still pending', async () => {
    const id = await execute(app.url, { prompt: 'x' });
    const run = await app.worker.take(id);
    const refused = { status: 400, body: { detail: `Session ${id} is currently running` } };
    expect(await post({ prompt: 'more', resume_session_id: id })).toMatchObject(refused);
    await run.end('completed');
    expect((await post({ prompt: 'more', resume_session_id: id })).status).toBe(200);
    expect(await post({ prompt: 'still more', resume_session_id: id })).toMatchObject(refused);
  });

  it('in another cwd is 400, in the same it goes on', async () => {
    const cwd = join(app.root, 'home');
    await mkdir(cwd, { recursive: true });
    const id = await createEnded({ cwd });
    expect(await post({ prompt: 'more', resume_session_id: id, cwd: app.root })).toMatchObject({
      status: 400,
      body: { detail: `Session ${id} works in ${cwd}` },
    });
    expect((await post({ prompt: 'more', resume_session_id: id, cwd: `${cwd}/` })).status).toBe(200);
  });

  it('accepts the form of /v1 and echoes it as written', async () => {
    const id = await createEnded();
    const { formatPrefixedId } = await import('#src/lib/ids.ts');
    const written = formatPrefixedId('sesn', id);
    expect(await post({ prompt: 'more', resume_session_id: written })).toMatchObject({
      body: { session_id: id, message: `Session ${written} resumed successfully` },
    });
  });
});
