import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    pool: 'forks',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', '../server/test/support/reporter.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'console',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/e2e/**'],
          sequence: { groupOrder: 0 },
        },
      },
      // A browser and agents: two at a time are enough for two cores.
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 300_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
