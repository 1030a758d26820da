import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/webview/**/*.test.ts'],
    // Each file has a browser of its own.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
});
