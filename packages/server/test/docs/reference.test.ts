import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FAILURES } from '#src/domain/failure.ts';
import { describedRoutes } from '#src/http/routes.ts';
import { describeCompatibility } from './compatibility.ts';
import { describeConfiguration } from './configuration.ts';
import { describeErrors } from './errors.ts';

const REFERENCE = fileURLToPath(new URL('../../../../docs/reference/', import.meta.url));

// `npm run docs` writes these files.
describe('docs/reference says what the program does', () => {
  it('configuration.md lists every setting', async () => {
    await expect(describeConfiguration()).toMatchFileSnapshot(`${REFERENCE}configuration.md`);
  });

  it('errors.md lists every failure with its sentence', async () => {
    await expect(describeErrors()).toMatchFileSnapshot(`${REFERENCE}errors.md`);
  });

  it('compatibility.md lists every method of the official SDK', async () => {
    await expect(describeCompatibility(describedRoutes)).toMatchFileSnapshot(`${REFERENCE}compatibility.md`);
  });

  it('every sentence of a failure is a whole one', () => {
    for (const sentence of Object.values(FAILURES)) expect(sentence).toMatch(/^[A-Z].*\.$/);
  });
});
