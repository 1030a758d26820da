import { defineConfig } from 'vitest/config';
import { longestWait } from './longestWait.mjs';

export default defineConfig({
  test: {
    include: ['test/slurm/**/*.test.ts'],
    // One cluster, which one file has to itself.
    maxWorkers: 1,
    // As the tasks of the tests compute, so that the same numbers come out here.
    env: { PROMPT_TUNER_THREADS: '1' },
    // A test that waits in vain says so before it is ended.
    testTimeout: 2 * longestWait,
    hookTimeout: 2 * longestWait,
  },
});
