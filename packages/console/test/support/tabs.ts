import type { Page } from 'playwright-core';
import type { Console, OpenOptions } from './console.ts';

/**
 * Tabs of one person, for tests that go from page to page and change nothing: the browser fetches and compiles the console
 * once for all of them, and while one waits another works.
 */
export interface Tabs extends AsyncDisposable {
  /** Waits for a tab that is free, and opens a page of the console in it. Routes that `look` sets are gone after it. */
  visit<Result>(path: string, look: (page: Page) => Promise<Result>): Promise<Result>;
}

const TABS = 3;

export async function openTabs(console: Console, options: OpenOptions = {}): Promise<Tabs> {
  const first = await console.open(options);
  const context = first.context();
  const { origin } = new URL(console.server.url);
  const free = [first, ...(await Promise.all(Array.from({ length: TABS - 1 }, () => context.newPage())))];
  const waiting: ((page: Page) => void)[] = [];
  return {
    async visit(path, look) {
      const page = free.shift() ?? (await new Promise<Page>((resolve) => waiting.push(resolve)));
      try {
        // An address that differs only in its fragment would not be opened anew.
        await page.goto('about:blank');
        await page.goto(`${origin}/console${path}`);
        return await look(page);
      } finally {
        await page.unrouteAll({ behavior: 'ignoreErrors' });
        const next = waiting.shift();
        if (next) next(page);
        else free.push(page);
      }
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
