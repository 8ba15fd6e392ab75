import { defineConfig } from 'vitest/config';

// Tests that start agents keep a core busy each; the quick ones would only time out beside them.
const SLOW = ['test/{api,e2e,chaos}/**/*.test.ts'];

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', './test/support/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: ['test/**/*.test.ts'],
          exclude: SLOW,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: { name: 'slow', include: SLOW, maxWorkers: 2, sequence: { groupOrder: 1 } },
      },
    ],
  },
});
