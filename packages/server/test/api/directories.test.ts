import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../support/api-client.ts';
import { startApp, type TestApp } from '../support/app.ts';

interface Body {
  entries: { name: string; path: string }[];
  truncated: boolean;
}

describe('GET /directories', () => {
  let app: TestApp;
  let outer: TestApp;
  let top: string;
  beforeAll(async () => {
    outer = await startApp();
    top = outer.root;
    for (const path of ['srv/app/api', 'srv/app/web', 'srv/app/.git', 'srv/apple', 'secret/inner', 'many'])
      await mkdir(join(top, path), { recursive: true });
    for (let index = 0; index < 101; index++) await mkdir(join(top, 'many', `d${index}`));
    await writeFile(join(top, 'srv/app/file'), '');
    await symlink(join(top, 'secret'), join(top, 'srv/app/out'));
    await symlink(join(top, 'srv/apple'), join(top, 'srv/app/within'));
    await symlink(join(top, 'nowhere'), join(top, 'srv/app/broken'));
    const dataDir = join(top, 'srv/data');
    await mkdir(join(dataDir, 'sessions/s/workspace/w'), { recursive: true });
    await mkdir(join(dataDir, 'blobs/b'), { recursive: true });
    app = await startApp({
      config: { allowedRoots: [join(top, 'srv'), join(top, 'many')], dataDir, apiKeys: [KEY] },
    });
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
    await outer[Symbol.asyncDispose]();
  });

  const KEY = 'a-key-of-this-test-only';
  const ask = (path?: string) =>
    call<Body>(
      app.url,
      'GET',
      `/directories${path === undefined ? '' : `?path=${encodeURIComponent(path)}`}`,
      undefined,
      {
        'x-api-key': KEY,
      },
    );
  const names = async (path: string): Promise<string[]> => {
    const { status, body } = await ask(path);
    expect(status).toBe(200);
    return body.entries.map(({ name }) => name);
  };

  it('begins with the allowed roots', async () => {
    const roots = [
      { name: 'many', path: join(top, 'many') },
      { name: 'srv', path: join(top, 'srv') },
    ];
    expect((await ask()).body).toEqual({ entries: roots, truncated: false });
    expect((await ask('')).body.entries).toEqual(roots);
    expect((await ask(top.slice(0, -3))).body.entries).toEqual(roots);
    expect((await ask(join(top, 'sr'))).body.entries).toEqual(roots.slice(1));
  });

  it('goes on with what begins so, or with what is inside; files are no directories', async () => {
    expect((await ask(join(top, 'srv/app'))).body.entries).toEqual([
      { name: 'app', path: join(top, 'srv/app') },
      { name: 'apple', path: join(top, 'srv/apple') },
    ]);
    expect(await names(join(top, 'srv/app/'))).toEqual(['api', 'web', 'within']);
    expect(await names(join(top, 'srv/app/f'))).toEqual([]);
    expect((await ask(`${top}//srv///app/w`)).body.entries[0]?.path).toBe(join(top, 'srv/app/web'));
  });

  it('shows hidden ones only to who types the dot', async () => {
    expect(await names(`${top}/srv/app/.`)).toEqual(['.git']);
    expect(await names(`${top}/srv/app/.gi`)).toEqual(['.git']);
  });

  it('tells nothing of what is outside, whether or not it is there', async () => {
    for (const path of [
      `${top}/secret/`,
      `${top}/secret/in`,
      `${top}/srv/app/out/`,
      `${top}/srv/app/out/in`,
      `${top}/srv/../secret/`,
      `${top}/srv/app/../../secret/i`,
      `${top}/srv/app/o`,
      `${top}/srv/app/b`,
      `${top}/se`,
      `${top}/srv/nothing/`,
      `${top}/srv/app/file/`,
      '/etc/',
      '/nothing/at/all',
    ])
      expect({ path, found: await names(path) }).toEqual({ path, found: [] });
  });

  it('tells nothing of what is the server’s own', async () => {
    expect(await names(join(top, 'srv/da'))).toEqual([]);
    expect(await names(join(top, 'srv/data/'))).toEqual([]);
    expect(await names(join(top, 'srv/data/sessions/'))).toEqual([]);
    expect(await names(join(top, 'srv/data/sessions/s/workspace/'))).toEqual(['w']);
  });

  it('gives a hundred at most, and says that there are more', async () => {
    const { body } = await ask(join(top, 'many/'));
    expect(body.entries).toHaveLength(100);
    expect(body.truncated).toBe(true);
    expect((await ask(join(top, 'many/d1'))).body).toMatchObject({ truncated: false });
  });

  it('gives what POST /execute/ takes as a cwd, links too', async () => {
    for (const { path } of (await ask(join(top, 'srv/app/'))).body.entries) {
      const answer = await call(
        app.url,
        'POST',
        '/execute/',
        { prompt: 'x', cwd: path },
        { 'x-api-key': KEY },
      );
      expect(answer.status).toBe(200);
    }
  });

  it('needs the key, and an absolute path', async () => {
    expect((await call(app.url, 'GET', '/directories')).status).toBe(401);
    const { status, body } = await ask('srv/app');
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', 'path'], msg: 'Input should be an absolute path' }] },
    });
    expect((await ask('/a\0b')).status).toBe(422);
  });

  it('says how to allow directories where there are none', async () => {
    await using none = await startApp({ config: { allowedRoots: [] } });
    const refused = await call(none.url, 'GET', '/directories');
    expect(refused.status).toBe(400);
    expect(refused.body['detail']).toMatch(/BULLPEN_ALLOWED_ROOTS/);
    await using gone = await startApp({ config: { allowedRoots: ['/nowhere/at/all'] } });
    expect((await call(gone.url, 'GET', '/directories')).status).toBe(400);
  });
});
