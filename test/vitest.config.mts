import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The module exists only inside an editor.
  resolve: { alias: { vscode: fileURLToPath(new URL('support/vscodeStub.ts', import.meta.url)) } },
  test: {
    setupFiles: ['test/support/propertySeed.ts'],
    include: ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts'],
    // Training and native inference share the cores with each other; more workers would only thrash.
    maxWorkers: 2,
    testTimeout: 60_000,
  },
});
