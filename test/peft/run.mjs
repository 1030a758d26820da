// Our adapters in PEFT and PEFT's in ours. Needs a Python with peft: PROMPT_TUNER_PYTHON, or the one that `npm run
// peft` makes, or `python3`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const results = 'out/results';
const report = `${results}/peft.json`;
const made = 'out/peft-python';
const madePython = join(made, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
const packages = ['peft==0.21.0', 'transformers', 'torch', 'safetensors', 'onnxruntime', 'tokenizers', 'numpy'];

const runs = (program, ...args) => spawnSync(program, args, { stdio: 'ignore' }).status === 0;
const hasPeft = (program) => runs(program, '-c', 'import peft, torch, transformers, onnxruntime');
const existing = () =>
  [process.env.PROMPT_TUNER_PYTHON, madePython, 'python3', 'python'].find((program) => program && hasPeft(program));

/** Makes an environment with PEFT; torch for the CPU, which is a tenth of the other. */
function make() {
  const python = ['python3', 'python'].find((program) => runs(program, '--version'));
  if (!python) return 'there is no Python';
  console.log(`making ${made} with ${packages.join(', ')}`);
  const steps = [
    [python, '-m', 'venv', made],
    [
      madePython,
      '-m',
      'pip',
      'install',
      '--quiet',
      '--extra-index-url',
      'https://download.pytorch.org/whl/cpu',
      ...packages,
    ],
  ];
  const failed = steps.find(
    ([program, ...args]) => spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status !== 0,
  );
  return failed ? `"${failed.join(' ')}" failed` : 'it still lacks peft';
}

let python = existing();
let reason = 'no Python with peft; `npm run peft` makes one, PROMPT_TUNER_PYTHON names one';
if (!python && process.argv.includes('--make')) {
  reason = make();
  python = existing();
}

if (python) {
  mkdirSync(results, { recursive: true });
  rmSync(report, { force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'test/peft/vitest.config.mts',
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    {
      stdio: 'inherit',
      env: { ...process.env, PROMPT_TUNER_PYTHON: python === madePython ? join(process.cwd(), madePython) : python },
    },
  );
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8'));
  console.log(`${numPassedTests} passed, ${Math.max(numFailedTests, status === 0 ? 0 : 1)} failed`);
  process.exitCode = status ?? 1;
} else {
  console.log(`skipped: ${reason}`);
  console.log('0 passed, 0 failed');
}
