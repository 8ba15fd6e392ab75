import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { fillSnippets, listRegions } from './snippets.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const GUIDE = readdirSync(`${ROOT}docs/guide`).filter((name) => name.endsWith('.md'));
const PAGES = ['README.md', ...GUIDE.map((name) => `docs/guide/${name}`)];

// `npm run docs` writes the snippets. The examples themselves are run by test/e2e/official-sdks.test.ts.
it.each(PAGES)('%s shows its examples as they are', async (page) => {
  await expect(fillSnippets(read(page), read)).toMatchFileSnapshot(`${ROOT}${page}`);
});

it('every piece of an example is shown', () => {
  const shown = PAGES.map(read).join('\n');
  for (const name of readdirSync(`${ROOT}examples/official-sdks`)) {
    const file = `examples/official-sdks/${name}`;
    for (const region of listRegions(read(file))) expect(shown).toContain(`<!-- ${file}: ${region} -->`);
  }
});
