import { defineConfig } from 'vitest/config';
import { longestFirst } from '../support/running/longestFirst.mjs';

/** From twenty seconds of processor time on. */
const longest = [
  'cli/faults/kills',
  'cli/faults/trainer',
  'cli/faults/surroundings',
  'cli/models/models',
  'cli/runs/rewriting',
  'cli/faults/lostWork',
  'cli/runs/chatRuns',
  'cli/runs/hosted',
  'cli/runs/blackBox',
  'cli/program/commands',
  'cli/use/serve',
];

export default defineConfig({
  test: {
    include: ['test/cli/**/*.test.ts'],
    sequence: { sequencer: longestFirst(longest) },
    // Each test starts processes of its own that train, each on one thread; in between it waits for them.
    maxWorkers: 2,
    // Files follow one another in a process, which has read the sources and started the program once.
    isolate: false,
    env: { PROMPT_TUNER_THREADS: '1' },
    // What is made of a source serves the next run.
    experimental: { fsModuleCache: true },
    // A test that hangs is ended, and none that a machine which does ten other things is slow with.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
  },
});
