import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { SETTINGS } from '#src/config/settings.ts';
import { describedRoutes } from '#src/http/routes.ts';
import { NEWEST } from '../support/sdk/packages.ts';
import { readSurface } from '../support/sdk/surface.ts';
import { findExtensions } from './compatibility.ts';

const PAGE = fileURLToPath(new URL('../../../../docs/guide/extensions.md', import.meta.url));
const page = readFileSync(PAGE, 'utf8');

it('extensions.md names every route of /v1 that the SDK does not have', () => {
  const routes = findExtensions(describedRoutes, readSurface(NEWEST).methods);
  expect(routes.length).toBeGreaterThan(0);
  for (const { method, path } of routes) expect(page).toContain(`\`${method} ${path}\``);
});

it('extensions.md names every setting of /v1', () => {
  const settings = Object.values(SETTINGS).filter(({ group }) => group === 'Managed agents');
  for (const { name } of settings) expect(page).toContain(`\`${name}\``);
});
