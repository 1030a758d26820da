import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  // The module exists only inside an editor.
  resolve: { alias: { vscode: fileURLToPath(new URL('support/vscodeStub.ts', import.meta.url)) } },
  test: {
    setupFiles: ['test/support/propertySeed.ts'],
    include: ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts'],
    // Two files at a time with a thread each: threads that wait for a core by spinning take it from the others.
    maxWorkers: 2,
    env: { PROMPT_TUNER_THREADS: '1' },
    // More than a machine takes that does ten other things.
    testTimeout: 300_000,
    hookTimeout: 300_000,
  },
});
