import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/propertySeed.ts'],
    include: ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts'],
    // Training and native inference share the cores with each other; more workers would only thrash.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
