import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { rawRequest } from '../support/raw-request.ts';

// A server with keys: the console's files are no secret, everything behind them is.
let app: TestApp;
beforeAll(async () => {
  app = await startApp({ config: { apiKeys: ['a-key-of-reasonable-length'] } });
});
afterAll(() => app[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${app.url}${path}`, { headers, redirect: 'manual' });

describe('the console', () => {
  it('is where a browser lands; a program at the root is asked for its key', async () => {
    const browser = await get('/', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/console/']);
    expect((await get('/', { accept: '*/*' })).status).toBe(401);
    const bare = await get('/console');
    expect([bare.status, bare.headers.get('location')]).toEqual([302, '/console/']);
  });

  it('is one page at every address below it, without a key', async () => {
    const pages = await Promise.all(
      ['/console/', '/console/approvals', '/console/sessions/sesn_01abc?tab=files'].map(async (path) => {
        const response = await get(path);
        expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
        expect(response.headers.get('cache-control')).toBe('no-cache');
        return response.text();
      }),
    );
    expect(pages[0]).toContain('<div id="root"></div>');
    expect(new Set(pages).size).toBe(1);
  });

  it('may run and load nothing but its own files, and be in nobody else’s frame', async () => {
    const page = await get('/console/');
    const policy = page.headers.get('content-security-policy') ?? '';
    const rules = new Map(
      policy.split('; ').map((rule) => [rule.split(' ', 1)[0], rule.split(' ').slice(1).join(' ')]),
    );
    expect(rules.get('default-src')).toBe("'none'");
    expect(rules.get('script-src')).toBe("'self'");
    expect(rules.get('connect-src')).toBe("'self'");
    expect(rules.get('frame-ancestors')).toBe("'none'");
    expect(rules.get('base-uri')).toBe("'none'");
    expect(policy).not.toContain('http');
    expect(page.headers.get('x-frame-options')).toBe('DENY');
    const html = await page.text();
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/\b(src|href)="(?!\/console\/)/);
  });

  it('has assets that browsers keep for good and that travel compressed', async () => {
    const html = await (await get('/console/')).text();
    const script = /src="(\/console\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? '';
    const asset = await get(script, { 'accept-encoding': 'gzip' });
    expect(asset.status).toBe(200);
    expect(asset.headers.get('cache-control')).toContain('immutable');
    expect(asset.headers.get('content-encoding')).toBe('gzip');
    expect(asset.headers.get('content-type')).toMatch(/^text\/javascript/);
    expect((await get('/console/assets/index-00000000.js')).status).toBe(404);
  });

  it('gives out nothing but its files', async () => {
    for (const path of [
      '/console/../main.js',
      '/console/..%2fmain.js',
      '/console/%2e%2e/main.js',
      '/console/assets/..%2f..%2fmain.js',
    ]) {
      const { status, body } = await rawRequest(app.url, 'GET', path, { host: 'localhost' });
      expect([path, status === 200 && !body.includes('id="root"')]).toEqual([path, false]);
    }
  });

  it('is not shown under a foreign name', async () => {
    expect((await rawRequest(app.url, 'GET', '/console/', { host: 'evil.example' })).status).toBe(403);
  });
});
