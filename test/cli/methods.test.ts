import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult, RunRecord } from '../../src/runs/record/record';
import { json, jsonLines, run, start, tinyWeather, weather, workspace, type Ended } from '../support/runCli';

interface Result extends EvaluationResult {
  readonly status: string;
  readonly folder: string;
  readonly originalResult?: EvaluationResult;
  readonly textResult?: EvaluationResult;
  readonly textGain?: { readonly mean: number };
  readonly rewritten?: { readonly original: string; readonly instruction: string };
}

const original = 'Say how the weather was.';

/** The weather with an instruction that a short search may rewrite. */
const withInstruction = (files: Readonly<Record<string, string>>): Readonly<Record<string, string>> => ({
  ...files,
  'weather.prompt': files['weather.prompt']!.replace(
    '{{text}}',
    `{{#instruction}}${original}{{/instruction}}\n{{text}}`,
  ).replace('tune.length: 4', 'tune.length: 4\ntune.searchBudget: 120'),
});
const instructed = withInstruction(weather);
const tinyInstructed = withInstruction(tinyWeather);

const resultOf = ({ out }: Ended) => jsonLines(out).at(-1) as unknown as Result;
const measures = ({ n, accuracy, loss, tokenLoss }: EvaluationResult) => ({
  n,
  accuracy,
  loss: loss.toFixed(5),
  tokenLoss: tokenLoss.toFixed(5),
});
const recordOf = async (folder: string) => JSON.parse(await readFile(join(folder, 'run.json'), 'utf8')) as RunRecord;
/** A file of the run without how long things took. */
const numbersOf = async (folder: string, file: string) =>
  (await readFile(join(folder, file), 'utf8')).replace(/,"seconds":[^,}]+/g, '');
const metricsOf = async (folder: string) =>
  (await readFile(join(folder, 'metrics.jsonl'), 'utf8'))
    .split('\n')
    .map((line) => line.replace(/,"examplesPerSecond":[^}]*/, ''));

async function train(folder: string, method: string, ...args: readonly string[]): Promise<Result> {
  const ended = await run(folder, 'train', 'weather.prompt', '--method', method, '--json', ...args);
  expect({ code: ended.code, err: ended.err }).toEqual({ code: 0, err: '' });
  return resultOf(ended);
}

async function onlyRun(folder: string): Promise<string> {
  const [id] = await readdir(join(folder, '.prompt-tuner', 'runs'));
  return join(folder, '.prompt-tuner', 'runs', id!);
}

describe('every method', () => {
  it.each([
    ['v1', 4 * 16, []],
    ['v1', 4 * 16, ['--set', 'tune.encoder=mlp', '--set', 'tune.learningRate=0.001']],
    ['v2', 4 * 2 * 2 * 8, ['--set', 'tune.instruction=fixed']],
    ['v2', 4 * 16, ['--set', 'tune.instruction=fixed', '--set', 'tune.layers=input']],
  ])(
    '%s trains, keeps %i numbers, and measures the same again by its run and by its adapter',
    async (method, numbers, args) => {
      const folder = await workspace(tinyInstructed);
      const trained = await train(folder, method, ...args);
      expect(trained).toMatchObject({ status: 'done', method, trainedParameters: numbers });
      for (const subject of [
        ['--run', trained.run!],
        ['--adapter', join(trained.folder, 'adapter')],
      ]) {
        const again = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', ...subject);
        expect(again).toMatchObject({ method, trainedParameters: numbers });
        expect(measures(again)).toEqual(measures(trained));
      }
    },
  );

  it('goes on from an adapter of its own kind, instruction included', async () => {
    const folder = await workspace(tinyInstructed);
    const first = await train(folder, 'v2', '--set', 'tune.instruction=embeddings', '--set', 'tune.length=3');
    const further = await train(
      folder,
      'v2',
      '--init-from',
      join(first.folder, 'adapter'),
      '--set',
      'tune.learningRate=1e-12',
      '--set',
      'tune.dropout=0',
    );
    expect(further.trainedParameters).toBe(first.trainedParameters);
    expect(measures(further)).toEqual(measures(first));
  });

  it('trains v2 on a template without an instruction, which then has none to rewrite', async () => {
    const folder = await workspace(tinyWeather);
    const { rewritten, status } = await train(folder, 'v2');
    expect({ rewritten, status }).toEqual({ rewritten: undefined, status: 'done' });
  });
});

describe('a run that rewrites the instruction', () => {
  it('reports the text as written, as rewritten and with what was learned, and can measure each again', async () => {
    const folder = await workspace(instructed);
    const trained = await train(folder, 'v2', '--set', 'tune.instruction=text', '--set', 'tune.searchBudget=500');
    const record = await recordOf(trained.folder);
    const kept = JSON.parse(await readFile(join(trained.folder, 'instruction.json'), 'utf8')) as {
      original: string;
      rewritten: string;
      edits: { gain: number; standardError: number }[];
    };
    expect(kept.original).toBe(original);
    expect(record.rewritten).toMatchObject({ original, instruction: kept.rewritten, edits: kept.edits });
    expect(record.rewritten!.text).toContain(`{{#instruction}}${kept.rewritten}{{/instruction}}`);
    for (const { gain, standardError } of kept.edits) expect(gain).toBeGreaterThan(standardError);
    const hard = await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--method', 'hard');
    expect(measures(trained.originalResult!)).toEqual(measures(hard));
    const text = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--run',
      trained.run!,
      '--text-only',
    );
    expect(text).toMatchObject({ method: 'hard', trainedParameters: 0 });
    expect(measures(text)).toEqual(measures(trained.textResult!));
    expect(measures(await json<EvaluationResult>(folder, 'evaluate', 'weather.prompt', '--run', trained.run!))).toEqual(
      measures(trained),
    );
    // A hard prompt that anyone can paste elsewhere.
    await writeFile(join(folder, 'pasted.prompt'), record.rewritten!.text);
    expect(measures(await json<EvaluationResult>(folder, 'evaluate', 'pasted.prompt', '--method', 'hard'))).toEqual(
      measures(text),
    );
  });

  it('trains the embeddings of the rewritten text, and finds it again from the adapter alone', async () => {
    const folder = await workspace(instructed);
    const trained = await train(folder, 'v2', '--set', 'tune.instruction=both');
    const again = await json<EvaluationResult>(
      folder,
      'evaluate',
      'weather.prompt',
      '--adapter',
      join(trained.folder, 'adapter'),
    );
    expect(measures(again)).toEqual(measures(trained));
  });

  it('does not search again when it is resumed, and comes to the same numbers', async () => {
    const long = [
      'train',
      'weather.prompt',
      '--method',
      'v2',
      '--json',
      '--set',
      'tune.steps=16',
      '--set',
      'tune.evalEvery=4',
    ];
    const calm = await workspace(instructed);
    expect((await run(calm, ...long)).code).toBe(0);
    const folder = await workspace(instructed);
    const work = start(folder, long);
    await work.says('"step":6,');
    work.child.kill('SIGINT');
    expect((await work.ended).code).toBe(130);
    const of = await onlyRun(folder);
    const { id, rewritten } = await recordOf(of);
    const resumed = await run(folder, ...long, '--resume', id);
    expect(resumed.code).toBe(0);
    expect(jsonLines(resumed.out).filter(({ kind }) => kind === 'candidate-round')).toEqual([]);
    expect(await metricsOf(of)).toEqual(await metricsOf(await onlyRun(calm)));
    expect((await recordOf(of)).rewritten).toEqual(rewritten);
    expect((await recordOf(await onlyRun(calm))).rewritten).toEqual(rewritten);
  });

  it('begins its search again when it was stopped in the middle, and comes to the same text and numbers', async () => {
    const folder = await workspace(instructed);
    const args = [
      'train',
      'weather.prompt',
      '--method',
      'v2',
      '--json',
      '--set',
      'tune.steps=2',
      '--set',
      'tune.searchBudget=600',
    ];
    const work = start(folder, args);
    await work.says('candidate-round');
    work.child.kill('SIGINT');
    expect((await work.ended).code).toBe(130);
    const of = await onlyRun(folder);
    const stopped = await recordOf(of);
    expect(stopped).toMatchObject({ status: 'stopped', progress: { phase: 'searching' } });
    expect(stopped.rewritten).toBeUndefined();
    const resumed = await run(folder, ...args, '--resume', stopped.id);
    expect(resumed.code).toBe(0);
    const calm = await workspace(instructed);
    expect((await run(calm, ...args)).code).toBe(0);
    const undisturbed = await onlyRun(calm);
    expect((await recordOf(of)).rewritten).toEqual((await recordOf(undisturbed)).rewritten);
    expect(await metricsOf(of)).toEqual(await metricsOf(undisturbed));
    for (const file of ['instruction.json', 'predictions.jsonl'])
      expect(await numbersOf(of, file), file).toEqual(await numbersOf(undisturbed, file));
  });

  it('is the only one whose text can be measured alone', async () => {
    const folder = await workspace(instructed);
    const { run: id } = await train(folder, 'soft');
    const { code, err } = await run(folder, 'evaluate', 'weather.prompt', '--run', id!, '--text-only');
    expect(code).toBe(1);
    expect(err).toContain('[not-rewritten]');
    expect((await run(folder, 'evaluate', 'weather.prompt', '--method', 'hard', '--text-only')).code).toBe(2);
  });
});

describe('the comparison of all methods', () => {
  it('has a row a method, with mean and spread over seeds, the texts alone and the instructions', async () => {
    const folder = await workspace(instructed);
    const args = [
      'compare',
      'weather.prompt',
      '--methods',
      'hard,soft,v1,v2',
      '--seeds',
      '2',
      '--set',
      'tune.steps=2',
      '--set',
      'tune.searchBudget=40',
      '--report',
      'out.html',
    ];
    const { code, out } = await run(folder, ...args);
    expect(code).toBe(0);
    for (const method of ['soft', 'v1', 'v2'])
      expect(out).toMatch(new RegExp(`^${method} +\\d\\.\\d{3} ±\\d\\.\\d{3} `, 'm'));
    expect(out).toMatch(/^v2, text alone +\d\.\d{3}/m);
    expect(out).toMatch(/^v2, seed 1 (rewrote the instruction: |found no better)/m);
    expect(out).toMatch(/^v2, seed 2 (rewrote the instruction: |found no better)/m);
    expect(await readFile(join(folder, 'out.html'), 'utf8')).toContain('<h3>The instructions</h3>');
  });
});

it('a run replays with the parts that its template had when it began', async () => {
  const folder = await workspace({
    ...weather,
    'weather.prompt': weather['weather.prompt']!.replace('{{text}}.', '{{> opening}}{{text}}.'),
    '_opening.prompt': 'Of the sky: ',
  });
  const work = start(folder, [
    'train',
    'weather.prompt',
    '--method',
    'soft',
    '--json',
    '--set',
    'tune.steps=40',
    '--set',
    'tune.evalEvery=10',
  ]);
  await work.says('"step":13,');
  work.child.kill('SIGINT');
  await work.ended;
  const of = await onlyRun(folder);
  await writeFile(join(folder, '_opening.prompt'), 'Of the sea: ');
  const { id, template } = await recordOf(of);
  expect(template.partials).toEqual({ opening: 'Of the sky: ' });
  expect((await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--resume', id)).code).toBe(0);
  expect((await recordOf(of)).template.partials).toEqual({ opening: 'Of the sky: ' });
});
