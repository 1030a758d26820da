import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/peft/**/*.test.ts'],
    maxWorkers: 1,
    // Python loads torch, transformers and PEFT anew for each process.
    env: { PROMPT_TUNER_THREADS: '1' },
    testTimeout: 600_000,
    hookTimeout: 600_000,
  },
});
