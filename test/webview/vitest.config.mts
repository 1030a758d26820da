import { defineConfig } from 'vitest/config';
import { longestWait } from './support/longestWait';

export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    // Two processes with a browser each, instead of one for each file.
    maxWorkers: 2,
    isolate: false,
    // More than a machine takes that does ten other things.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: longestWait } },
  },
});
