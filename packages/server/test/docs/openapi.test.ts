import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { describeApi } from '#src/http/openapi.ts';
import { describedRoutes } from '#src/http/routes.ts';
import { VERSION } from '#src/lib/version.ts';

const FILE = fileURLToPath(new URL('../../../../docs/reference/openapi.json', import.meta.url));

// `npm run docs` writes the file.
it('docs/reference/openapi.json is the description that the server gives of its API', async () => {
  const description = describeApi(describedRoutes, VERSION);
  await expect(`${JSON.stringify(description, null, 2)}\n`).toMatchFileSnapshot(FILE);
});
