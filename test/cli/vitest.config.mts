import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cli/**/*.test.ts'],
    // Each test starts processes of its own that train.
    maxWorkers: 1,
    testTimeout: 180_000,
  },
});
