// Quality beside PEFT's on real data, which is never committed: mean test accuracy after the same sweep, steps and
// rows.
// usage: node test/bench/quality/quality.mjs --data FOLDER [--task trec] [--methods soft,v1,v2]
//        [--rows 500] [--steps 300] [--seeds 3] [--set '{"tune.encoder":"mlp"}'] [--rates 0.003,0.01]
// FOLDER holds TASK/train.jsonl, dev.jsonl and test.jsonl. PEFT's side is quality_peer.py, run with the same options.
// PROMPT_TUNER_PYTHON names a Python 3, whose shuffle picks the rows.
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundled, root } from '../shared/bundle.mjs';

const { values } = parseArgs({
  options: {
    task: { type: 'string', default: 'trec' },
    methods: { type: 'string', default: 'soft,v1,v2' },
    rows: { type: 'string', default: '500' },
    set: { type: 'string', default: '{}' },
    rates: { type: 'string', default: '' },
    steps: { type: 'string', default: '300' },
    seeds: { type: 'string', default: '3' },
    data: { type: 'string' },
  },
});

if (!values.data) throw new Error('--data names the folder of the data sets.');
const out = join(root, 'out', 'bench');
mkdirSync(out, { recursive: true });
const [program] = await bundled('quality/quality');

const picked = `
import json, random
rows = list(range(sum(1 for _ in open(${JSON.stringify(join(resolve(values.data), values.task, 'train.jsonl'))}))))
random.Random(0).shuffle(rows)
print(json.dumps(rows[:${Number(values.rows)}]))
`;
const rowsFile = join(out, `${values.task}-rows.json`);
writeFileSync(
  rowsFile,
  execFileSync(process.env.PROMPT_TUNER_PYTHON ?? 'python3', ['-c', picked], { encoding: 'utf8' }),
);
execFileSync(
  process.execPath,
  [
    program,
    resolve(values.data),
    values.task,
    rowsFile,
    out,
    values.methods,
    values.steps,
    values.seeds,
    values.set,
    values.rates,
  ],
  { cwd: root, stdio: 'inherit' },
);
