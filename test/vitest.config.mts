import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { longestFirst } from './support/running/longestFirst.mjs';

/** What a file changes for its whole process for good, or measures of it. */
const ofTheProcess = [
  /\bvi\.(mock|doMock|stubGlobal|resetModules)\b/,
  /\bprocess\.(chdir|memoryUsage|resourceUsage)\b/,
  /\b(activate|leftOpen)\(/,
];
/** What it changes too, and can put back behind each of its tests. */
const forATest = /\b(vi\.stubEnv|process\.env\.\w+ = |(allowModelFolders|confineReading|l10n\.config|useLanguage)\()/;
const putsBack = /\b(afterEach|afterAll|onTestFinished)\(/;

const staysAlone = (text: string): boolean =>
  ofTheProcess.some((pattern) => pattern.test(text)) || (forATest.test(text) && !putsBack.test(text));

const pathOf = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const files = ['test/unit', 'test/engine'].flatMap((folder) =>
  readdirSync(pathOf(folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`),
);
const together = files.filter((file) => !staysAlone(readFileSync(pathOf(file), 'utf8')));

/** From ten seconds of processor time on. */
const longest = [
  'engine/search/search',
  'engine/models/architectures',
  'engine/answers/chatReference',
  'engine/training/training',
  'engine/training/resume',
  'engine/models/recordedAdapters',
  'unit/scoring/statistics/coverage',
  'engine/models/reference',
  'unit/data/memory',
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
    // What is made of a source serves both projects, and the next run.
    experimental: { fsModuleCache: true },
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
