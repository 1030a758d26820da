import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';

interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly error?: string;
}

/** A training on a slow machine, with room to spare. */
const timeoutMilliseconds = 180_000;

/** Called by VS Code inside its extension host; writes what became of each test where the runner looks for it. */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMilliseconds });
  // A part of a file's name in this variable runs that file alone, for whoever works on it.
  const wanted = process.env.PROMPT_TUNER_SUITE ?? '';
  for (const name of readdirSync(__dirname)
    .filter((file) => file.endsWith('.test.js') && file.includes(wanted))
    .sort())
    mocha.addFile(join(__dirname, name));
  const tests: TestResult[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => tests.push({ title: test.fullTitle(), state: 'passed' }))
      .on('pending', (test) => tests.push({ title: test.fullTitle(), state: 'pending' }))
      .on('fail', (test, error: Error) =>
        tests.push({ title: test.fullTitle(), state: 'failed', error: error.stack ?? error.message }),
      );
  });
  const path = resultsPath();
  writeFileSync(`${path}.part`, JSON.stringify({ tests }));
  renameSync(`${path}.part`, path);
  if (tests.some(({ state }) => state === 'failed')) throw new Error('Some tests failed.');
}

function resultsPath(): string {
  const { PROMPT_TUNER_RESULTS: file, PROMPT_TUNER_EXCHANGE: exchange } = process.env;
  return file ?? join(exchange ?? '.', 'results.json');
}
