import type { Page } from 'playwright-core';

/** More than any page has that is walked to its end. */
const MOST_STEPS = 150;

/**
 * Goes through a page with the Tab key, from its first control to its last or to the hundredth and a half. Finds where the
 * focus goes against the order in which the page is read (up, or back on the same line, but not to the next column), and
 * where what has the focus cannot be seen.
 */
export async function findFocusFaults(page: Page): Promise<{ stops: number; faults: string[] }> {
  await page.evaluate(() => {
    // From the top, also where a page begins with the focus in it.
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    Object.assign(globalThis, { focusWalk: { top } });
  });
  const faults: string[] = [];
  for (let stops = 0; stops < MOST_STEPS; stops++) {
    await page.keyboard.press('Tab');
    const step = await page.evaluate(async () => {
      const { focusWalk } = globalThis as unknown as {
        focusWalk: { top: Element; first?: Element; last?: Element };
      };
      const { activeElement: here } = document;
      const { top, first, last } = focusWalk;
      top.remove();
      if (!here || here === document.body) return { isEnd: last !== undefined, found: [] };
      if (here === first) return { isEnd: true, found: [] };
      focusWalk.first ??= here;
      focusWalk.last = here;
      const name = (element: Element): string =>
        `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}"`;
      const found: string[] = [];
      const isSeen = (): boolean => {
        const { left, top: upper, width, height } = here.getBoundingClientRect();
        const y = Math.min(Math.max(upper + height / 2, 1), innerHeight - 1);
        // What floats over a part of it hides no more than that part.
        return [0.1, 0.5, 0.9].some((share) => {
          const x = Math.min(Math.max(left + width * share, 1), innerWidth - 1);
          const seen = document.elementFromPoint(x, y);
          const isNear = seen !== null && (here.contains(seen) || seen.contains(here));
          return width > 0 && height > 0 && (isNear || here.closest('label')?.contains(seen) === true);
        });
      };
      // A list that measures what it draws follows the focus a moment later.
      for (let frames = 60; frames > 0 && !isSeen(); frames--) await new Promise(requestAnimationFrame);
      if (!isSeen()) found.push(`${name(here)} has the focus and is not seen`);
      const to = here.getBoundingClientRect();
      if (last?.isConnected === true) {
        const from = last.getBoundingClientRect();
        const isNextColumn = to.left >= from.right - 1;
        const isUp = to.bottom <= from.top + 1;
        // What can be done with a message floats over it, and follows it.
        const isSameItem =
          here.closest('article') !== null && here.closest('article') === last.closest('article');
        const isBack = to.right <= from.left + 1 && to.top < from.bottom - 1;
        if (!isSameItem && ((isUp && !isNextColumn) || isBack))
          found.push(`${name(last)} leads back to ${name(here)}`);
      }
      return { isEnd: false, found };
    });
    if (step.isEnd) return { stops, faults };
    faults.push(...step.found);
  }
  return { stops: MOST_STEPS, faults };
}
