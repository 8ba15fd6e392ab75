import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Anthropic } from '@anthropic-ai/sdk';
import { toFile } from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../support/manual-clock.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { officialClient } from './sdk/recording-client.ts';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(async () => app[Symbol.asyncDispose]());

const client = (baseURL = app.url): Anthropic => officialClient('1.12', { baseURL });

/** The digests of all bytes that the server keeps. */
async function keptDigests({ root }: TestApp = app): Promise<string[]> {
  const names = await readdir(join(root, 'data', 'blobs'), { recursive: true }).catch(() => []);
  return names.flatMap((name) => /[\da-f]{64}$/.exec(name)?.[0] ?? []).toSorted();
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('client.files', () => {
  it('uploads, tells of, downloads and deletes a file', async () => {
    const { files } = client();
    const file = await files.upload({
      file: await toFile(Buffer.from('a,b\n1,2\n'), 'dir/täble (1).csv', { type: 'text/csv' }),
    });
    expect(file).toMatchObject({
      type: 'file',
      filename: 'täble (1).csv',
      mime_type: 'text/csv',
      size_bytes: 8,
      downloadable: true,
      expires_at: null,
    });
    expect(file.id).toMatch(/^file_01\w{22}$/);
    expect(await files.retrieveMetadata(file.id)).toEqual(file);

    const content = await files.download(file.id);
    expect(await content.text()).toBe('a,b\n1,2\n');
    expect(Object.fromEntries(content.headers)).toMatchObject({
      'content-type': 'text/csv',
      'content-length': '8',
      'content-disposition': `attachment; filename="t_ble (1).csv"; filename*=UTF-8''t%C3%A4ble%20%281%29.csv`,
      'x-content-type-options': 'nosniff',
    });

    expect(await files.delete(file.id)).toEqual({ id: file.id, type: 'file_deleted' });
    await expect(files.retrieveMetadata(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(files.download(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(files.delete(file.id)).rejects.toMatchObject({ status: 404 });
    await expect(files.delete('file_nonsense')).rejects.toMatchObject({
      status: 404,
      error: { error: { type: 'not_found_error', message: 'File file_nonsense not found.' } },
    });
  });

  it('keeps equal bytes once, until the last file that has them is deleted', async () => {
    const { files } = client();
    const [one, other] = [
      await files.upload({ file: await toFile(Buffer.from('the same'), 'a.txt') }),
      await files.upload({ file: await toFile(Buffer.from('the same'), 'b.txt') }),
    ];
    expect(await keptDigests()).toContain(digestOf('the same'));
    await files.delete(one.id);
    expect(await (await files.download(other.id)).text()).toBe('the same');
    await files.delete(other.id);
    expect(await keptDigests()).not.toContain(digestOf('the same'));
  });

  it('names what has no name, and finds the type that nobody named', async () => {
    const { files } = client();
    const upload = async (name: string, type?: string) =>
      files.upload({ file: await toFile(Buffer.from('x'), name, type === undefined ? {} : { type }) });
    expect(await upload('a.md')).toMatchObject({ mime_type: 'text/markdown' });
    expect(await upload('a.PY')).toMatchObject({ mime_type: 'text/x-python' });
    expect(await upload('no-ending')).toMatchObject({ mime_type: 'application/octet-stream' });
    const form = new FormData();
    form.append('file', new Blob(['x'], { type: 'application/pdf' }), '');
    const response = await fetch(new URL('/v1/files', app.url), { method: 'POST', body: form });
    expect(await response.json()).toMatchObject({ filename: 'unnamed.pdf', mime_type: 'application/pdf' });
  });

  it('takes an empty file', async () => {
    const { files } = client();
    const file = await files.upload({ file: await toFile(Buffer.alloc(0), 'empty') });
    expect(file.size_bytes).toBe(0);
    expect((await (await files.download(file.id)).arrayBuffer()).byteLength).toBe(0);
  });

  it('lists the newest first, page by page, each once', async () => {
    await using own = await startApp();
    const { files } = client(own.url);
    const made: string[] = [];
    for (let i = 0; i < 5; i++)
      made.unshift((await files.upload({ file: await toFile(Buffer.from(`${i}`), `${i}`) })).id);
    const listed: string[] = [];
    for await (const file of files.list({ limit: 2 })) listed.push(file.id);
    expect(listed).toEqual(made);
    expect((await files.list()).next_page).toBeNull();

    const first = await files.list({ limit: 2 });
    const { next_page } = first;
    await expect(files.list({ page: 'page_nonsense' })).rejects.toMatchObject({ status: 400 });
    await expect(
      client(own.url).beta.files.list({ page: next_page, scope_id: SESSION }),
    ).rejects.toMatchObject({
      status: 400,
    });
  });

  it('finds files by their ids, and says nothing of those that are not there', async () => {
    const { files } = client();
    const one = await files.upload({ file: await toFile(Buffer.from('1'), '1') });
    const two = await files.upload({ file: await toFile(Buffer.from('2'), '2') });
    await files.delete(two.id);
    const { data, next_page } = await files.list({ ids: [one.id, two.id, one.id, 'file_nonsense'] });
    expect(data).toEqual([one]);
    expect(next_page).toBeNull();
    await expect(files.list({ ids: [one.id], limit: 5 })).rejects.toMatchObject({ status: 400 });
    const many = Array.from({ length: 101 }, (_, index) => `file_${index}`);
    await expect(files.list({ ids: many })).rejects.toMatchObject({ status: 400 });
  });

  it('forgets the bytes of a file when its time is over', async () => {
    const clock = new ManualClock(1_800_000_000_000);
    await using own = await startApp({ clock });
    const { files } = client(own.url);
    const upload = async (seconds: number) =>
      files.upload({ file: await toFile(Buffer.from('soon gone'), 'a'), expires_in_seconds: seconds });
    await expect(upload(3599)).rejects.toMatchObject({ status: 400 });
    await expect(upload(7_776_001)).rejects.toMatchObject({ status: 400 });
    const file = await upload(3600);
    expect(Date.parse(file.expires_at ?? '') - Date.parse(file.created_at)).toBe(3_600_000);
    await clock.set(clock.now() + 3_599_999);
    expect(await (await files.download(file.id)).text()).toBe('soon gone');
    await clock.set(clock.now() + 1);
    await expect(files.download(file.id)).rejects.toMatchObject({
      status: 404,
      error: { error: { details: { error_code: 'file_expired' } } },
    });
    expect(await files.retrieveMetadata(file.id)).toEqual(file);
  });
});

/** Of a session that nobody made. */
const SESSION = 'sesn_011CZkZAtmR3yMPDzynEDxu7';

describe('client.beta.files', () => {
  it('lists files of a scope', async () => {
    const { beta } = client();
    await beta.files.upload({ file: await toFile(Buffer.from('x'), 'x') });
    expect((await beta.files.list({ scope_id: SESSION })).data).toEqual([]);
    await expect(beta.files.list({ scope_id: 'nonsense' })).rejects.toMatchObject({ status: 404 });
  });
});

describe.each(['0.120', '0.95'] as const)('client.beta.files of SDK %s', (version) => {
  it('uploads, walks both ways, downloads and deletes', async () => {
    await using own = await startApp();
    const { beta } = officialClient(version, { baseURL: own.url });
    const made: string[] = [];
    for (let i = 0; i < 5; i++)
      made.unshift((await beta.files.upload({ file: await toFile(Buffer.from(`${i}`), `${i}`) })).id);
    const listed: string[] = [];
    for await (const { id } of beta.files.list({ limit: 2 })) listed.push(id);
    expect(listed).toEqual(made);

    const list = async (query: string): Promise<unknown> => {
      const headers = { 'anthropic-beta': 'files-api-2025-04-14' };
      return (await fetch(new URL(`/v1/files?${query}`, own.url), { headers })).json();
    };
    expect(await list(`limit=2&before_id=${made[4]}`)).toMatchObject({
      data: [{ id: made[2] }, { id: made[3] }],
      has_more: true,
      first_id: made[2],
      last_id: made[3],
    });
    expect(await list(`before_id=${made[1]}`)).toMatchObject({ data: [{ id: made[0] }], has_more: false });
    expect(await list(`after_id=${made[4]}`)).toEqual({
      data: [],
      has_more: false,
      first_id: null,
      last_id: null,
    });

    const [id = ''] = made;
    expect(await (await beta.files.download(id)).text()).toBe('4');
    expect(await beta.files.retrieveMetadata(id)).toMatchObject({ id, filename: '4' });
    expect(await beta.files.delete(id)).toMatchObject({ id, type: 'file_deleted' });
  });
});
