import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { json, run, signalAt, storiesWeather, tinyWeather, workspace } from '../../support/runs/runCli';
import { instructed, measures, onlyRun, recordOf, tinyInstructed, train } from '../../support/runs/weatherRuns';

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
    ...storiesWeather,
    'weather.prompt': storiesWeather['weather.prompt']!.replace('{{text}}.', '{{> opening}}{{text}}.'),
    '_opening.prompt': 'Of the sky: ',
  });
  const words = ['train', 'weather.prompt', '--method', 'soft', '--json', '--set', 'tune.evalEvery=2'];
  expect((await signalAt(folder, words, '"step":3,')).code).toBe(130);
  const of = await onlyRun(folder);
  await writeFile(join(folder, '_opening.prompt'), 'Of the sea: ');
  const { id, template } = await recordOf(of);
  expect(template.partials).toEqual({ opening: 'Of the sky: ' });
  expect((await run(folder, 'train', 'weather.prompt', '--method', 'soft', '--resume', id)).code).toBe(0);
  expect((await recordOf(of)).template.partials).toEqual({ opening: 'Of the sky: ' });
});
