// `npm run peft`: our adapters in PEFT and PEFT's in ours. Needs a Python with peft; PROMPT_TUNER_PYTHON names it where it is not `python3`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';

const results = 'out/results';
const report = `${results}/peft.json`;
const python = [process.env.PROMPT_TUNER_PYTHON, 'python3', 'python'].find((program) => program && hasPeft(program));

function hasPeft(program) {
  return spawnSync(program, ['-c', 'import peft, torch, transformers'], { stdio: 'ignore' }).status === 0;
}

if (python) {
  mkdirSync(results, { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/peft/vitest.config.mts', '--reporter=dot', '--reporter=json', `--outputFile.json=${report}`], {
    stdio: 'inherit', env: { ...process.env, PROMPT_TUNER_PYTHON: python },
  });
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${Math.max(numFailedTests, status === 0 ? 0 : 1)} failed`);
  process.exitCode = status ?? 1;
} else {
  console.log('skipped: no Python with peft (set PROMPT_TUNER_PYTHON to one)');
  console.log('0 passed, 0 failed');
}
