import type { Page } from 'playwright-core';

/** What sticks out of the window sideways, where the page as a whole would have to be scrolled to see it. */
export async function findOverflow(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const isClipped = (element: Element): boolean => {
      for (let at = element.parentElement; at; at = at.parentElement) {
        if (at === document.body) return false;
        if (getComputedStyle(at).overflowX !== 'visible' && at.id !== 'content') {
          const { left, right } = at.getBoundingClientRect();
          if (left >= -1 && right <= width + 1) return true;
        }
      }
      return false;
    };
    return [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { right, left, width: own, height } = element.getBoundingClientRect();
        return own > 1 && height > 1 && (right > width + 1 || left < -1) && !isClipped(element);
      })
      .map(
        (element) =>
          `${element.tagName.toLowerCase()}.${String(element.getAttribute('class')).slice(0, 60)} "${(element.textContent ?? '').slice(0, 40)}"`,
      );
  });
}

/** Controls that are too small to be hit: less than 24 px in a direction. Links in text are judged by axe. */
export async function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const CONTROLS =
      'button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [role="tab"], [role="switch"], [role="checkbox"], [role="menuitem"]';
    return [...document.querySelectorAll<HTMLElement>(CONTROLS)]
      .filter((control) => {
        const target = control.closest('label') ?? control;
        const { width, height } = target.getBoundingClientRect();
        if (width <= 1 || height <= 1 || getComputedStyle(control).visibility === 'hidden') return false;
        return width < 23.9 || height < 23.9;
      })
      .map((control) => {
        const { width, height } = control.getBoundingClientRect();
        return `${control.tagName.toLowerCase()} "${(control.getAttribute('aria-label') ?? control.textContent ?? '').slice(0, 40)}" ${Math.round(width)}x${Math.round(height)}`;
      });
  });
}

/** Levels of headings that skip one, and a page without exactly one of the first level; of a page that nothing covers. */
export async function findHeadingGaps(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.querySelector('[role="dialog"], [role="menu"]')) return [];
    const headings = [
      ...document.querySelectorAll<HTMLElement>('h1, h2, h3, h4, h5, h6, [role="heading"]'),
    ].filter((heading) => heading.checkVisibility() && heading.closest('[aria-hidden="true"]') === null);
    const levels = headings.map((heading) => ({
      level: Number(heading.getAttribute('aria-level') ?? heading.tagName.slice(1)),
      text: (heading.textContent ?? '').slice(0, 40),
    }));
    const gaps = levels.flatMap(({ level, text }, index) => {
      const before = levels[index - 1]?.level ?? 0;
      return level > before + 1 ? [`h${level} "${text}" after h${before}`] : [];
    });
    const first = levels.filter(({ level }) => level === 1).length;
    return first === 1 ? gaps : [...gaps, `${first} headings of the first level`];
  });
}
