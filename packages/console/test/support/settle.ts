import type { Page } from 'playwright-core';

/** Resolves when the page has its heading, has nothing grey left for what it fetches, and stands still. */
export async function settle(page: Page): Promise<void> {
  // Not by its role: under an open menu nothing has one.
  await page.locator('h1:visible, h2:visible').first().waitFor();
  // Streams stay open for ever, so the network is never idle; what is drawn is.
  await page.evaluate(async () => {
    // What depends on the size of the window hears of a change with the next picture.
    for (let pictures = 2; pictures > 0; pictures--) await new Promise(requestAnimationFrame);
    return new Promise<void>((resolve) => {
      const isLoading = (): boolean => document.querySelector('.animate-pulse') !== null;
      let timer = setTimeout(check, 150);
      const observer = new MutationObserver(() => {
        clearTimeout(timer);
        timer = setTimeout(check, 150);
      });
      // What changes by itself (a clock, an answer as it is written) is not waited for.
      const giveUp = setTimeout(done, 3000);
      observer.observe(document.body, { subtree: true, childList: true, attributes: true });
      function check(): void {
        if (isLoading()) timer = setTimeout(check, 50);
        else done();
      }
      function done(): void {
        observer.disconnect();
        clearTimeout(timer);
        clearTimeout(giveUp);
        resolve();
      }
    });
  });
}

/** Opens what is folded, also what is folded inside that. */
export async function unfold(page: Page): Promise<void> {
  const opened = page.evaluate(() => {
    let count = 0;
    const click = (root: ParentNode): number => {
      const folded = [
        ...root.querySelectorAll<HTMLElement>(
          '[aria-expanded="false"]:not([aria-haspopup], [role="combobox"])',
        ),
        ...root.querySelectorAll<HTMLElement>('details:not([open]) > summary'),
      ];
      for (const one of folded) one.click();
      count += folded.length;
      return folded.length;
    };
    return new Promise<number>((resolve) => {
      let rounds = 0;
      const next = (): void => {
        if (click(document) > 0 && rounds++ < 10) setTimeout(next, 50);
        else resolve(count);
      };
      next();
    });
  });
  await opened;
  await settle(page);
}
