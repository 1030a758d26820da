import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/peft/**/*.test.ts'],
    maxWorkers: 1,
    // Python loads torch, transformers and PEFT anew for each process.
    testTimeout: 240_000,
  },
});
