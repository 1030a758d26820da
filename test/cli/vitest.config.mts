import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/cli/**/*.test.ts'],
    // Each test starts processes of its own that train, each on one thread; in between it waits for them.
    maxWorkers: 2,
    env: { PROMPT_TUNER_THREADS: '1' },
    testTimeout: 600_000,
  },
});
