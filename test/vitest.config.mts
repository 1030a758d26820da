import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { longestFirst } from './support/running/longestFirst.mjs';

/** What a file changes for its whole process, or measures of it. */
const ofTheProcess = [
  /\bvi\.(mock|doMock|stub\w+|resetModules)\b/,
  /\bprocess\.(chdir|memoryUsage|resourceUsage|env\.\w+ = )/,
  /\b(activate|allowModelFolders|confineReading|leftOpen|l10n\.config|useLanguage)\(/,
];

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const files = ['test/unit', 'test/engine'].flatMap((folder) =>
  readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
);
const together = files.filter((file) => {
  const text = readFileSync(pathOf(file), 'utf8');
  return !ofTheProcess.some((pattern) => pattern.test(text));
});

/** From ten seconds of processor time on. */
const longest = [
  'engine/search/search',
  'engine/models/architectures',
  'engine/answers/chatReference',
  'engine/training/training',
  'engine/training/resume',
  'engine/models/export',
  'engine/models/recordedAdapters',
  'unit/scoring/statistics/coverage',
  'engine/answers/generation',
  'engine/models/reference',
  'unit/data/memory',
  'engine/models/invariance',
  'engine/models/exports',
  'engine/gradients/checkpointing',
];

export default defineConfig({
  // The module exists only inside an editor.
  resolve: { alias: { vscode: pathOf('test/support/standIns/vscodeStub.ts') } },
  test: {
    setupFiles: ['test/support/running/propertySeed.ts'],
    sequence: { sequencer: longestFirst(longest) },
    // Two files at a time with a thread each: threads that wait for a core by spinning take it from the others.
    maxWorkers: 2,
    env: { PROMPT_TUNER_THREADS: '1' },
    // A test that hangs is ended, and none that a machine which does ten other things is slow with.
    testTimeout: 900_000,
    hookTimeout: 900_000,
    projects: [
      // Two processes load the sources once for all of these files, instead of one for each file.
      {
        extends: true,
        test: {
          name: 'together',
          isolate: false,
          include: together,
          setupFiles: ['test/support/running/preparedSessions.cjs'],
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: ['test/unit/**/*.test.ts', 'test/engine/**/*.test.ts'], exclude: together },
      },
    ],
  },
});
