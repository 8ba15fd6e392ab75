import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What WCAG 2.2 AA (and axe's best practice) has against the page as it is now or a part of it, a line for each element. */
export async function findBarriers(page: Page, part = 'html'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(SOURCE);
  const results = await page.evaluate(
    async ({ within, values }) => {
      const { axe } = globalThis as unknown as {
        axe: { run(context: string, options: object): Promise<AxeResults> };
      };
      return axe.run(within, { runOnly: { type: 'tag', values }, resultTypes: ['violations'] });
    },
    { within: part, values: RULES },
  );
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ target, failureSummary }) => `${id} (${help}): ${target.join(' ')}: ${failureSummary ?? ''}`,
    ),
  );
}
