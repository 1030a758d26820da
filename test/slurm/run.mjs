// Studies on a real Slurm of two nodes, all on this machine; see cluster.mjs for what it needs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { whyNot } from './cluster.mjs';

const results = 'out/results';
const report = `${results}/slurm.json`;

const reason = whyNot();
if (reason === undefined) {
  mkdirSync(results, { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'test/slurm/vitest.config.mts',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { stdio: 'inherit' },
  );
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${Math.max(numFailedTests, status === 0 ? 0 : 1)} failed`);
  process.exitCode = status ?? 1;
} else {
  console.log(`skipped: ${reason}`);
  console.log('0 passed, 0 failed');
}
