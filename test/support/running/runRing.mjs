import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

/**
 * Runs the tests of a folder in a process of their own and says how many passed, as `test/run.mjs` reads it.
 * @param name of the folder in `test/`
 */
export function runRing(name, env = process.env) {
  const results = 'out/results';
  const report = `${results}/${name}.json`;
  mkdirSync(results, { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      `test/${name}/vitest.config.mts`,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stdio: 'inherit', env },
  );
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${Math.max(numFailedTests, status === 0 ? 0 : 1)} failed`);
  process.exitCode = status ?? 1;
}

/** Says why the tests of a folder do not run here. */
export function skipRing(reason) {
  console.log(`skipped: ${reason}`);
  console.log('0 passed, 0 failed');
}
