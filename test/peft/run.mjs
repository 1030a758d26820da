// Our adapters in PEFT and PEFT's in ours. Needs a Python with peft: PROMPT_TUNER_PYTHON, or the one that `npm run
// peft` makes, or `python3`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { runRing, skipRing } from '../support/running/runRing.mjs';

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

const pythonPath = python === madePython ? join(process.cwd(), madePython) : python;
if (python) runRing('peft', { ...process.env, PROMPT_TUNER_PYTHON: pythonPath });
else skipRing(reason);
