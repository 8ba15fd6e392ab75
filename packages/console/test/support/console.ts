import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import {
  makeDataDir,
  startBullpen,
  type BullpenProcess,
} from '../../../server/test/support/bullpen-process.ts';
import { startBrowser } from '../../../server/bench/harness/browser.ts';

/** However busy the machine is. */
const WAIT_MS = 120_000;

export interface OpenOptions {
  /** Of the console, e.g. `/approvals`. */
  path?: string;
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  locale?: 'en-US' | 'ja-JP';
  /** Whose key the browser has; default: the key for approvals. Null: none. */
  key?: string | null;
  /** Without the content security policy: the console has to be safe by itself. */
  bypassCSP?: boolean;
}

/** A started server in demo mode with the real agent binary, and a browser. */
export interface Console extends AsyncDisposable {
  server: BullpenProcess;
  dataDir: string;
  browser: Browser;
  /** The key with which approvals are answered. */
  key: string;
  /** A page of a person of their own: nothing is shared with other pages but the server. */
  open(options?: OpenOptions): Promise<Page>;
  /** Ends the server and starts it again on the same data and port, once `whileDown` is done. */
  restart(signal: 'SIGTERM' | 'SIGKILL', whileDown?: () => Promise<unknown>): Promise<void>;
  /** A request to the API with the key. */
  api(path: string, options?: { method?: string; body?: unknown }): Promise<unknown>;
  /** What pages have complained of (errors, refused by the content security policy), so far. */
  complaints: string[];
}

/** `fill`: puts something into the data directory before the server has it. */
export async function startConsole(
  flags: string[] = [],
  env: Record<string, string> = {},
  fill?: (dataDir: string) => Promise<unknown>,
): Promise<Console> {
  const dataDir = await makeDataDir();
  await fill?.(dataDir.path);
  let server = await startBullpen(dataDir.path, flags, env);
  const browser = await startBrowser();
  const { origin, port } = new URL(server.url);
  const key = (await readFile(join(dataDir.path, 'approval-key'), 'utf8').catch(() => '')).trim();
  const complaints: string[] = [];
  return {
    get server() {
      return server;
    },
    dataDir: dataDir.path,
    browser,
    key,
    complaints,
    async open({
      path = '/',
      width = 1280,
      height = 800,
      theme = 'light',
      locale = 'en-US',
      key: own = key,
      bypassCSP = false,
    } = {}) {
      const options: BrowserContextOptions = { viewport: { width, height }, colorScheme: theme, locale };
      const context = await browser.newContext({ ...options, bypassCSP, reducedMotion: 'reduce' });
      context.setDefaultTimeout(WAIT_MS);
      context.on('weberror', (error) =>
        complaints.push(`${error.page()?.url() ?? path}: ${error.error().message}`),
      );
      context.on('console', (message) => {
        if (message.type() === 'error' && !isOfNetwork(message.text()))
          complaints.push(`${message.page()?.url() ?? path}: ${message.text()}`);
      });
      if (own !== null) {
        await context.addInitScript((value) => {
          // Not in the documents of others, which may have none.
          if (location.protocol === 'http:') localStorage.setItem('bullpen.key', value);
        }, own);
      }
      const page = await context.newPage();
      await page.goto(`${origin}/console${path}`);
      return page;
    },
    async restart(signal, whileDown) {
      await server.stop(signal);
      await whileDown?.();
      server = await startBullpen(dataDir.path, ['--port', port, ...flags], env);
    },
    async api(path, { method, body } = {}) {
      const response = await fetch(`${origin}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          authorization: `Bearer ${key}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
      return text === '' ? undefined : (JSON.parse(text) as unknown);
    },
    async [Symbol.asyncDispose]() {
      await browser.close();
      await server[Symbol.asyncDispose]();
      await dataDir[Symbol.asyncDispose]();
    },
  };
}

/** That a request failed is shown by the page, where it matters. */
function isOfNetwork(text: string): boolean {
  return text.startsWith('Failed to load resource') || text.includes('net::ERR');
}
