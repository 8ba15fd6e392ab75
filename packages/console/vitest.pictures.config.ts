import { defineConfig } from 'vitest/config';

/** The pictures of the guide are no test: `npm run pictures -w @bullpen/console` takes them anew. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['pictures/**/*.pictures.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 1,
  },
});
