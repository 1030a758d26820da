import { readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Mocha from 'mocha';
import * as vscode from 'vscode';
import { watchForStuck } from './stuckProcess';
import { readWorkspace, restoreWorkspace } from './workspaceState';

interface TestResult {
  readonly title: string;
  readonly state: 'passed' | 'failed' | 'pending';
  readonly error?: string;
  readonly milliseconds?: number;
}

/** More than all that a test waits for; `until` says what it was that did not come. */
const timeoutMilliseconds = 900_000;

/**
 * Called by VS Code inside its extension host; writes what became of each test where the runner looks for it. Each file
 * finds the workspace as it was at first.
 */
export async function run(): Promise<void> {
  // A part of a file's name in this variable runs that file alone, for whoever works on it.
  const wanted = process.env.PROMPT_TUNER_SUITE ?? '';
  // A window in another language is looked at by one file, all others read English.
  const isTranslated = vscode.env.language !== 'en';
  const files = readdirSync(__dirname)
    .filter((file) => file.endsWith('.test.js') && file.includes(wanted))
    .filter((file) => file.startsWith('inChinese') === isTranslated)
    .sort();
  const exchange = process.env.PROMPT_TUNER_EXCHANGE;
  const stopWatching = exchange === undefined ? undefined : watchForStuck(join(exchange, 'stuck.txt'));
  const tests: TestResult[] = [];
  const before = readWorkspace();
  for (const file of files) {
    tests.push(...(await runFile(join(__dirname, file))));
    await restoreWorkspace(before).catch((error: Error) => {
      tests.push({ title: `${file} leaves a workspace that can be restored`, state: 'failed', error: error.stack });
    });
  }
  stopWatching?.();
  const path = resultsPath();
  writeFileSync(`${path}.part`, JSON.stringify({ tests }));
  renameSync(`${path}.part`, path);
  if (tests.some(({ state }) => state === 'failed')) throw new Error('Some tests failed.');
}

async function runFile(path: string): Promise<readonly TestResult[]> {
  const mocha = new Mocha({ ui: 'bdd', timeout: timeoutMilliseconds });
  mocha.addFile(path);
  const tests: TestResult[] = [];
  await new Promise<void>((resolve) => {
    mocha
      .run(() => resolve())
      .on('pass', (test) => tests.push({ title: test.fullTitle(), state: 'passed', milliseconds: test.duration }))
      .on('pending', (test) => tests.push({ title: test.fullTitle(), state: 'pending' }))
      .on('fail', (test, error: Error) =>
        tests.push({ title: test.fullTitle(), state: 'failed', error: error.stack ?? error.message }),
      );
  });
  return tests;
}

function resultsPath(): string {
  const { PROMPT_TUNER_RESULTS: file, PROMPT_TUNER_EXCHANGE: exchange } = process.env;
  return file ?? join(exchange ?? '.', 'results.json');
}
