import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunRecord } from '../../../../src/runs/record/record';
import { createRun } from '../../../../src/runs/store/runFolder';
import { appendLog } from '../../../../src/runs/store/files/logFile';
import { shareRun } from '../../../../src/use/share/shareRun';
import { predictions, record, result } from '../../../support/runs/records';

const user = 'annetta-berg';
const host = 'lab-box-77';
const token = 'hf_QwErTyUiOpAsDfGhJkLz';
const key = 'a password of 8 words';
let home: string;
let folder: string;
let runs: string;

beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), 'prompt-tuner-share-')), user);
  folder = join(home, 'projects', 'secret place');
  runs = join(folder, '.prompt-tuner', 'runs');
  mkdirSync(folder, { recursive: true });
  vi.stubEnv('HOME', home);
  vi.stubEnv('USERPROFILE', home);
  vi.stubEnv('USER', user);
  vi.stubEnv('HOSTNAME', `${host}.example.org`);
  vi.stubEnv('DATABASE_PASSWORD', key);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(join(home, '..'), { recursive: true });
});

/** A template whose front matter names everything by absolute paths, and whose comments say too much. */
const template = (body = '{{text}} is{{label}}'): string =>
  [
    `# Written by ${user} on ${host}`,
    '---',
    `model: ${join(home, 'models', 'tiny')}#q4 # from ${home}`,
    'output: { schema: { label(enum): [a, b] } }',
    'tune.data:',
    `  train: "${join(folder, 'data', 'train.jsonl')}"`,
    `  dev: { file: ${join(home, 'elsewhere', 'rows.jsonl')}, encoding: utf-8 }`,
    `  test: ../other/rows.jsonl`,
    `# with the token ${token} and the password ${key}`,
    `tune.metrics: [{ javascript: ${join(home, 'checks', 'judge.mjs')} }]`,
    '---',
    body,
    '',
  ].join('\n');

/** A run whose every field that can hold something private does. */
function privateRun(id: string, fields: Partial<RunRecord> = {}): RunRecord {
  const evaluation = {
    ...result('soft', 0.5, id),
    provenance: {
      path: join(home, 'other', 'rows.jsonl'),
      sha256: 'dd',
      shared: { train: 0 },
      selection: { trainingRows: 3, start: join(home, 'adapters', 'first') },
      forced: [`the model ("${join(home, 'models', 'x')}" for "tiny")`],
    },
  };
  const source = (path: string) => ({ path, rows: 4, sha256: 'dd' });
  const base = record(id);
  return {
    ...base,
    status: 'done',
    template: { path: join(folder, 'tickets.prompt'), text: template(), sha256: 'aa', partials: { part: 'Be kind.' } },
    settings: {
      ...base.settings,
      data: {
        train: join(folder, 'data', 'train.jsonl'),
        dev: { file: join(home, 'elsewhere', 'rows.jsonl'), encoding: 'utf-8' },
        test: '../other/rows.jsonl',
      },
      metrics: [{ kind: 'javascript', name: 'judge', file: join(home, 'checks', 'judge.mjs') }],
    },
    data: {
      train: source(join(folder, 'data', 'train.jsonl')),
      dev: source(join(home, 'elsewhere', 'rows.jsonl')),
      test: source(join(home, 'projects', 'other', 'rows.jsonl')),
    },
    model: {
      id: `${join(home, 'models', 'tiny')}#q4`,
      path: join(home, 'models', 'tiny'),
      sha256: 'bb',
      parameters: 9,
    },
    versions: { ...base.versions, providerNote: `cuda cannot be used: ${join(home, 'lib', 'libcuda.so')} is missing` },
    process: { pid: 7, heartbeat: '2026-01-02T03:04:05.000Z' },
    result: evaluation,
    originalResult: evaluation,
    textResult: evaluation,
    selection: evaluation.provenance.selection,
    initFrom: join(home, 'adapters', 'first'),
    ...fields,
  };
}

const kinds: readonly (readonly [string, () => Partial<RunRecord>])[] = [
  ['hard', () => ({ method: 'hard' })],
  ['soft', () => ({})],
  ['v1', () => ({ method: 'v1' })],
  [
    'v2',
    () => ({
      method: 'v2',
      rewritten: {
        original: 'Say it.',
        instruction: 'Tell it.',
        text: template('Tell it. {{text}}{{label}}'),
        edits: [],
      },
    }),
  ],
  [
    'failed',
    () => ({
      status: 'failed',
      result: undefined,
      error: {
        code: 'unexpected',
        message: [
          `Something failed: EACCES of ${user}@${host}, open '/srv/data/${user}/x.bin',`,
          `C:\\Users\\${user}\\y.bin, Bearer ${token}, ${key}.`,
        ].join(' '),
      },
    }),
  ],
  ['slurm', () => ({ allocations: [{ job: '12_3', restarts: 0, host, processor: 'EPYC', threads: 2, step: 4 }] })],
  [
    'answers',
    () => ({
      method: 'answers',
      given: {
        name: `gpt of ${user}`,
        file: join(home, 'answers.jsonl'),
        sha256: 'ee',
        read: '2026-01-02',
        matched: 'order',
      },
    }),
  ],
  [
    'hosted',
    () => ({
      method: 'hard',
      result: {
        ...result('hard', 0.5, 'hosted'),
        hosted: {
          endpoint: 'ours',
          address: 'http://llm.inside.example:8000/v1',
          model: 'large',
          answeredBy: ['large'],
          fingerprints: [],
          asked: '2026-01-02T03:04:05.000Z',
          requests: 4,
          cached: 0,
          tokens: { prompt: 10, completion: 4 },
          rows: 4,
          failed: 1,
          failures: ['http://llm.inside.example:8000/v1 broke off: llm.inside.example:8000 is away.'],
        },
      },
    }),
  ],
  ['lost', () => ({ status: 'running', process: { pid: 2 ** 30, heartbeat: '2026-01-02T03:04:05.000Z' } })],
];

async function leave(run: RunRecord): Promise<void> {
  const own = await createRun(runs, run, {
    'predictions.jsonl': predictions('10').map((line) => ({
      ...line,
      reasons: { judge: `Error in ${home}/checks/judge.mjs` },
    })),
    'metrics.jsonl': [{ step: 1, loss: 1, learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 2 }],
    'labels.json': { name: `The best of ${user}`, note: `Ask ${user}` },
    ...(run.id === 'slurm' && { 'slurm.json': { submission: '20260101', task: 0 } }),
    'checkpoint/index.json': { where: home },
    'adapter/adapter_config.json': {
      base_model_name_or_path: join(home, 'models', 'tiny'),
      peft_type: 'PROMPT_TUNING',
    },
    'adapter/prompt_tuner.json': {
      format: 1,
      template: template(),
      model: { id: join(home, 'models', 'tiny'), sha256: 'bb' },
    },
    'adapter/adapter_model.safetensors': Buffer.from('weights'),
  });
  await appendLog(own, `Started on ${run.template.path}`);
}

const share = (run: string, withPredictions = false) =>
  shareRun({ run, runs, to: join(home, `${run}${String(withPredictions)}.zip`), withPredictions });

const entriesOf = (file: string): readonly (readonly [string, string])[] =>
  Object.entries(unzipSync(readFileSync(file))).map(([name, content]) => [name, Buffer.from(content).toString('utf8')]);

describe('sharing a run', () => {
  it.each(kinds)('leaves nothing private in any byte of a %s run', async (id, fields) => {
    await leave(privateRun(id, fields()));
    for (const withPredictions of [false, true]) {
      const { file } = await share(id, withPredictions);
      const bytes = readFileSync(file).toString('latin1');
      for (const [name, text] of [...entriesOf(file), ['the names in the file', bytes] as const])
        for (const secret of [home, folder, user, host, token, key, 'secret place', '/srv', 'Users', 'inside.example'])
          expect(`${name}: ${text}`).not.toContain(secret);
    }
  });

  it('keeps what another machine can go by: names, hashes, and paths that count from the template', async () => {
    await leave(privateRun('soft'));
    const entries = new Map(entriesOf((await share('soft')).file));
    const shared = JSON.parse(entries.get('run.json')!) as RunRecord;
    expect(shared.model).toEqual({ id: 'tiny#q4', path: '', sha256: 'bb', parameters: 9 });
    expect([shared.data.train?.path, shared.data.dev?.path, shared.data.test?.path]).toEqual([
      'data/train.jsonl',
      'rows.jsonl',
      '2-rows.jsonl',
    ]);
    expect(shared.settings.data).toEqual({
      train: 'data/train.jsonl',
      dev: { file: 'rows.jsonl', encoding: 'utf-8' },
      test: '2-rows.jsonl',
    });
    expect(entries.get('tickets.prompt')).toBe(shared.template.text);
    expect(shared.template.text.split('\n').slice(0, 10)).toEqual([
      '# Written by … on …',
      '---',
      'model: "tiny#q4" # from …',
      'output: { schema: { label(enum): [a, b] } }',
      'tune.data:',
      '  train: data/train.jsonl',
      '  dev: { file: rows.jsonl, encoding: utf-8 }',
      '  test: "2-rows.jsonl"',
      '# with the token … and the password …',
      'tune.metrics: [{ javascript: judge.mjs }]',
    ]);
    expect(JSON.parse(entries.get('share.json')!)).toMatchObject({
      model: { name: 'tiny#q4', sha256: 'bb' },
      data: [{ split: 'train', name: 'data/train.jsonl', sha256: 'dd' }, { split: 'dev' }, { split: 'test' }],
    });
  });

  it('puts in the rows only where they are asked for, and never log, note or checkpoint', async () => {
    await leave(privateRun('soft'));
    const names = async (withRows: boolean) => entriesOf((await share('soft', withRows)).file).map(([name]) => name);
    const without = await names(false);
    expect(without).toEqual([
      'share.json',
      'run.json',
      'labels.json',
      'tickets.prompt',
      'metrics.jsonl',
      'adapter/adapter_config.json',
      'adapter/adapter_model.safetensors',
      'adapter/prompt_tuner.json',
      'README.md',
    ]);
    expect((await names(true)).filter((name) => !without.includes(name))).toEqual(['predictions.jsonl']);
  });

  it.each([
    ['a folder of this machine', () => `Read ${folder}: {{text}}{{label}}`],
    ['a token', () => `Use ${token}. {{text}}{{label}}`],
    ['the name of the user or of the machine', () => `Write to ${user}@example.org. {{text}}{{label}}`],
  ])('refuses a prompt that holds %s, since without it it would be another prompt', async (what, body) => {
    await leave(
      privateRun('soft', { template: { path: join(folder, 'tickets.prompt'), text: template(body()), sha256: 'aa' } }),
    );
    await expect(share('soft')).rejects.toMatchObject({
      code: 'share-private',
      message: `The text that the run was made with holds ${what}.`,
      location: { line: 12 },
    });
  });

  it('takes no word of the prompt for a name', async () => {
    vi.stubEnv('USER', 'will');
    await leave(
      privateRun('soft', {
        template: { path: join(folder, 'a.prompt'), text: template('It will {{text}}{{label}}'), sha256: 'aa' },
      }),
    );
    const text = new Map(entriesOf((await share('soft')).file)).get('a.prompt');
    expect(text).toContain('It will {{text}}{{label}}');
  });

  it('refuses a run that has not come to its end, and a file that is there', async () => {
    await leave(privateRun('waiting', { status: 'queued' }));
    await expect(share('waiting')).rejects.toMatchObject({ code: 'run-busy' });
    await leave(privateRun('soft'));
    writeFileSync(join(home, 'softfalse.zip'), 'mine');
    await expect(share('soft')).rejects.toMatchObject({ code: 'output-exists' });
    expect(readFileSync(join(home, 'softfalse.zip'), 'utf8')).toBe('mine');
  });
});
