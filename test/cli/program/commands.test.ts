import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult, RunRecord } from '../../../src/runs/record/record';
import { json, jsonLines, run, storiesModel, tinyWeather, weather, workspace } from '../../support/runs/runCli';

interface Result extends EvaluationResult {
  readonly status: string;
  readonly folder: string;
  readonly kind: string;
}

async function train(folder: string, ...args: readonly string[]): Promise<Result> {
  const { code, out, err } = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json', ...args);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return jsonLines(out).at(-1) as unknown as Result;
}

describe('check', () => {
  it('finds nothing wrong with a sound template', async () => {
    const unseen = {
      'dev.jsonl': '{"text":"snow lay on the roofs","label":"wet"}\n',
      'test.jsonl': '{"text":"the pond was cracked mud","label":"dry"}\n',
    };
    const folder = await workspace({ ...weather, ...unseen });
    expect(await run(folder, 'check', 'weather.prompt')).toEqual({ code: 0, out: 'Nothing is wrong.\n', err: '' });
    expect(await json(folder, 'check', 'weather.prompt')).toEqual([]);
  });

  it('warns, and does not fail, when rows are learnt from and measured on', async () => {
    const seen = weather['train.jsonl']!.split('\n').slice(0, 4);
    const folder = await workspace({ ...weather, 'dev.jsonl': [...seen, seen[0]].join('\n') });
    const { code, out } = await run(folder, 'check', 'weather.prompt');
    expect(code).toBe(0);
    expect(out).toMatch(/^weather\.prompt:5:\d+: warning: 5 rows of dev .+ \[data-overlap\]$/m);
  });

  it('names file, code, range and severity of each finding and fails on an error', async () => {
    const folder = await workspace({
      ...weather,
      'weather.prompt': weather['weather.prompt']!.replace('{{text}}', '{{words}}'),
    });
    const { code, out } = await run(folder, 'check', 'weather.prompt', '--json');
    const findings = JSON.parse(out) as {
      code: string;
      severity: string;
      file: string;
      range: { start: { line: number } };
    }[];
    expect(code).toBe(1);
    const finding = findings.find(({ severity }) => severity === 'error');
    expect(finding).toMatchObject({ file: 'weather.prompt', range: { start: { line: 11 } } });
    expect((await run(folder, 'check', 'weather.prompt')).out).toMatch(
      /^weather\.prompt:12:\d+: error: .+ \[[a-z-]+\]$/m,
    );
  });
});

describe('render', () => {
  it('shows a row as text and as tokens, with the virtual tokens in place', async () => {
    const folder = await workspace(weather);
    const rendering = await json<{ text: string; answer: string; tokens: { virtual: boolean; text: string }[] }>(
      folder,
      'render',
      'weather.prompt',
      '--row',
      '1',
    );
    expect(rendering.text).toBe('the sun burned the dry grass. The weather was');
    expect(rendering.answer).toBe('dry');
    expect(rendering.tokens.map(({ virtual }) => virtual).lastIndexOf(true)).toBe(3);
    expect(
      rendering.tokens
        .slice(4)
        .map(({ text }) => text)
        .join(''),
    ).toBe(rendering.text);
  });

  it('shows the text alone of a template whose model is elsewhere, and says where it is named', async () => {
    const folder = await workspace({
      ...weather,
      'far.prompt': '---\nmodel: vendor/some-remote-model\ninput:\n  default: { who: Ann }\n---\nGreet {{who}}.\n',
    });
    const far = await json<{ text: string; note: string; tokens?: unknown }>(folder, 'render', 'far.prompt');
    expect(far).toMatchObject({
      text: 'Greet Ann.',
      note: expect.stringContaining('far.prompt:2:8: The model "vendor/'),
    });
    expect(far.tokens).toBeUndefined();
    const near = await json<{ tokens: unknown[] }>(folder, 'render', 'far.prompt', '--model', 'builtin');
    expect(near.tokens.length).toBeGreaterThan(0);
  });

  it('shows no virtual tokens of a hard prompt', async () => {
    const folder = await workspace(weather);
    const { tokens } = await json<{ tokens: { virtual: boolean }[] }>(
      folder,
      'render',
      'weather.prompt',
      '--method',
      'hard',
    );
    expect(tokens.some(({ virtual }) => virtual)).toBe(false);
  });
});

describe('train', () => {
  it('prints an object a line while it works, the result last, and leaves a complete run folder', async () => {
    const folder = await workspace(tinyWeather);
    const { code, out } = await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--json');
    expect(code).toBe(0);
    const lines = jsonLines(out);
    expect(lines[0]).toMatchObject({ kind: 'run', method: 'soft' });
    expect(lines.filter(({ kind }) => kind === 'step').map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    const result = lines.at(-1) as unknown as Result;
    expect(result).toMatchObject({
      kind: 'result',
      status: 'done',
      method: 'soft',
      split: 'test',
      n: 6,
      trainedParameters: 4 * 16,
    });
    expect(result.accuracyInterval![0]).toBeLessThanOrEqual(result.accuracy);
    expect(result.accuracyInterval![1]).toBeGreaterThanOrEqual(result.accuracy);
    expect((await readdir(result.folder)).sort()).toEqual(
      expect.arrayContaining(['adapter', 'log.txt', 'metrics.jsonl', 'predictions.jsonl', 'run.json']),
    );
    expect((await readFile(join(result.folder, 'predictions.jsonl'), 'utf8')).trim().split('\n')).toHaveLength(6);
    const record = JSON.parse(await readFile(join(result.folder, 'run.json'), 'utf8')) as RunRecord;
    expect(record).toMatchObject({
      status: 'done',
      learningRate: 0.05,
      data: { train: { rows: 8 }, dev: { rows: 4 }, test: { rows: 6 } },
    });
  });

  it('gives the same numbers for the same seed, and others for another', async () => {
    const folder = await workspace(tinyWeather);
    const metrics = async (...args: readonly string[]) => {
      const { folder: of } = await train(folder, ...args);
      return (await readFile(join(of, 'metrics.jsonl'), 'utf8'))
        .split('\n')
        .map((line) => line.replace(/,"examplesPerSecond":[^}]*/, ''));
    };
    const first = await metrics();
    expect(await metrics()).toEqual(first);
    expect(await metrics('--set', 'tune.seed=2')).not.toEqual(first);
  });

  it('refuses the method hard, for which there is no training, and leaves no run', async () => {
    const folder = await workspace(tinyWeather);
    const { code, err } = await run(folder, 'train', 'weather.prompt', '--method', 'hard');
    expect(code).toBe(1);
    expect(err).toContain('[nothing-to-train]');
    expect(await json(folder, 'runs', 'list')).toEqual([]);
  });

  it('lets --set outrank the template', async () => {
    const folder = await workspace(tinyWeather);
    const { folder: of } = await train(folder, '--set', 'tune.steps=2', '--set', 'tune.labels.wet=" damp"');
    const { settings } = JSON.parse(await readFile(join(of, 'run.json'), 'utf8')) as RunRecord;
    expect(settings).toMatchObject({ steps: 2, labels: { wet: [' damp'], dry: [' <12>'] } });
  });
});

describe('evaluate', () => {
  it('measures a run and its adapter as the training did', async () => {
    const folder = await workspace(tinyWeather);
    const trained = await train(folder);
    const measures = ({ n, accuracy, loss, tokenLoss, macroF1 }: EvaluationResult) => ({
      n,
      accuracy,
      macroF1,
      loss: loss.toFixed(5),
      tokenLoss: tokenLoss.toFixed(5),
    });
    const again = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', trained.run!);
    expect(measures(again)).toEqual(measures(trained));
    expect(again.run).toBe(trained.run);
    const adapter = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--adapter',
      join(trained.folder, 'adapter'),
    );
    expect(measures(adapter)).toEqual(measures(trained));
    expect(adapter.run).toBeNull();
  });

  it('measures the text alone on the split asked for and leaves a run', async () => {
    const folder = await workspace(tinyWeather);
    const result = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--method',
      'hard',
      '--split',
      'dev',
    );
    expect(result).toMatchObject({
      method: 'hard',
      split: 'dev',
      n: 4,
      trainedParameters: 0,
      majority: { accuracy: 0.5 },
    });
    expect((await json<RunRecord[]>(folder, 'runs', 'list')).map(({ id, status }) => [id, status])).toEqual([
      [result.run, 'done'],
    ]);
  });

  it('refuses vectors of another length', async () => {
    const folder = await workspace({
      ...tinyWeather,
      'other.prompt': tinyWeather['weather.prompt']!.replace('{{text}}', '{{soft 5}}{{text}}'),
    });
    const trained = await train(folder, '--set', 'tune.steps=1');
    const { code, err } = await run(folder, 'evaluate', 'other.prompt', '--run', trained.run!);
    expect(code).toBe(1);
    expect(err).toMatch(/4 virtual tokens, the template has 5.*\[adapter-shape\]/);
  });
});

describe('compare', () => {
  it('sets hard and soft side by side, with the gain on the same rows, and writes a report', async () => {
    const folder = await workspace(tinyWeather);
    const { rows, report } = await json<{
      rows: { method: string; status: string; result: EvaluationResult; gain?: { against: string; mean: number } }[];
      report: string;
    }>(folder, 'compare', 'weather.prompt', '--methods', 'soft,hard', '--report', 'out.html');
    expect(rows.map(({ method, status }) => [method, status])).toEqual([
      ['hard', 'done'],
      ['soft', 'done'],
    ]);
    const [hard, soft] = rows;
    expect(soft!.gain!.against).toBe(hard!.result.run);
    expect(soft!.gain!.mean).toBeCloseTo(soft!.result.accuracy - hard!.result.accuracy, 10);
    expect(report.endsWith(join('out.html'))).toBe(true);
    expect((await stat(report)).size).toBeGreaterThan(1000);
  });

  it('ends with a table and the path of the report', async () => {
    const folder = await workspace(tinyWeather);
    const { code, out, err } = await run(
      folder,
      'compare',
      'weather.prompt',
      '--seeds',
      '2',
      '--set',
      'tune.steps=2',
      '--report',
      'out.html',
    );
    expect(code).toBe(0);
    expect(out).toMatch(
      new RegExp(
        /^weather: 6 rows of test\nmethod .*\n\(majority\) .*\nhard .*\nsoft .*\n/.source +
          /(soft: No verdict: .*\n|.* collapsed: nearly every row was called "(wet|dry)"\n)*/.source +
          /Fewer than 15 rows say little\.\n/.source +
          /((hard|soft): All label words together have a probability of 0\.0.*would rather write.*\n)+/.source +
          /\nReport: .*out\.html\n$/.source,
      ),
    );
    expect(out).toContain('\nsoft: No verdict: 6 rows are too few, 15 are the least.\n');
    expect(err).toContain('weather · soft: Started');
    const ids = (await json<RunRecord[]>(folder, 'runs', 'list')).map(({ id }) => id);
    const again = await run(folder, 'report', ...ids, '--format', 'markdown');
    expect(again.code).toBe(0);
    // Two seeds are one line: the table has a heading, a rule, hard and soft.
    expect(again.out.split('\n').filter((line) => line.startsWith('| '))).toHaveLength(4);
    expect(await json(folder, 'report', ...ids, '--to', 'again.html')).toEqual({ file: join(folder, 'again.html') });
    expect((await run(folder, 'report', ...ids)).code).toBe(2);
  });
});

describe('runs and models', () => {
  it('shows and deletes runs by the beginning of their id', async () => {
    const folder = await workspace(tinyWeather);
    const { run: id } = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--method', 'hard');
    const { record } = await json<{ record: RunRecord }>(folder, 'runs', 'show', id!.slice(0, -2));
    expect(record.id).toBe(id);
    expect((await run(folder, 'runs', 'show', id!)).out).toContain('done');
    expect(await json(folder, 'runs', 'delete', id!)).toEqual({ deleted: id });
    expect(await json(folder, 'runs', 'list')).toEqual([]);
  });

  it('lists the embedded model and says that it can be trained through', async () => {
    const folder = await workspace({});
    expect(await json<{ id: string }[]>(folder, 'models', 'list')).toMatchObject([{ id: 'builtin' }]);
    const { code, out } = await run(folder, 'models', 'inspect', 'builtin');
    expect(code).toBe(0);
    expect(out).toContain('MatMul');
  });
});

describe('a wrong call', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['tune']],
    ['an unknown option', ['check', 'weather.prompt', '--loud']],
    ['no file', ['check']],
    ['no method to train', ['train', 'weather.prompt']],
    ['an unknown method', ['train', 'weather.prompt', '--method', 'magic']],
    ['a setting without value', ['train', 'weather.prompt', '--method', 'soft', '--set', 'tune.steps']],
    ['nothing to evaluate', ['evaluate', 'weather.prompt']],
    ['two things to evaluate', ['evaluate', 'weather.prompt', '--method', 'hard', '--run', 'x']],
    ['an unknown split', ['evaluate', 'weather.prompt', '--method', 'hard', '--split', 'all']],
    ['seeds below one', ['compare', 'weather.prompt', '--seeds', '0']],
    ['a row below nought', ['render', 'weather.prompt', '--row', '-1']],
  ])('with %s ends with exit code 2 and no stack trace', async (_, args) => {
    const { code, out, err } = await run(await workspace(weather), ...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).not.toMatch(/^\s+at /m);
    expect(err).not.toBe('');
  });
});

describe('new', () => {
  it('leads from a table to a trained prompt in two commands', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => (i % 2 ? `elephant ${i},big` : `mouse ${i},little`));
    const folder = await workspace({ 'animals.csv': `text,label\n${rows.join('\n')}\n` });
    const { file, remarks } = await json<{ file: string; remarks: readonly string[] }>(
      folder,
      'new',
      'animals.csv',
      '--model',
      storiesModel,
    );
    expect(remarks).toEqual([]);
    expect(await json(folder, 'check', file)).toEqual([]);
    const quick = ['tune.steps=1', 'tune.learningRate=0.1'].flatMap((set) => ['--set', set]);
    const { code, out } = await run(folder, 'train', file, '--method', 'soft', '--json', ...quick);
    expect(code).toBe(0);
    const { split, n, provenance } = jsonLines(out).at(-1) as unknown as Result;
    expect(split).toBe('test');
    expect(n).toBeGreaterThan(2);
    expect(provenance?.shared).toEqual({ train: 0, dev: 0 });
  });

  it('says in a sentence what makes no template', async () => {
    const folder = await workspace({ 'days.csv': 'text\nrain\nsun\n' });
    const { code, err } = await run(folder, 'new', 'days.csv');
    expect(code).toBe(1);
    expect(err).toMatch(/days\.csv: The file has one column, "text"; .* \[data-columns\]\n$/);
  });
});
