import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/slurm/**/*.test.ts'],
    // One cluster, which one file has to itself.
    maxWorkers: 1,
    // As the tasks of the tests compute, so that the same numbers come out here.
    env: { PROMPT_TUNER_THREADS: '1' },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
