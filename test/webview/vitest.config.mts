import { defineConfig } from 'vitest/config';
import { longestWait } from './support/longestWait';

export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    // Two processes with a browser each, instead of one for each file.
    maxWorkers: 2,
    isolate: false,
    testTimeout: 900_000,
    hookTimeout: 900_000,
    expect: { poll: { timeout: longestWait } },
  },
});
