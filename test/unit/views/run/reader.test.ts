import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { appendSamples, forgetSamples, readSamples } from '../../../../src/runs/store/files/samples';
import { createRunPageReader } from '../../../../src/views/run/reader';
import { runPageSide } from '../../../../src/views/run/contract';
import { runPageState } from '../../../../src/views/run/model';
import { exactMatch } from '../../../../src/scoring/metricFace';
import { allSteps, moved, noCurve, onSteps, smoothed, withPoints, zoomed } from '../../../../webview/run/series';
import { result, runRecord } from '../../../support/pages/views';

const others = { learningRate: 0.1, gradientNorm: 1, examplesPerSecond: 9, memoryBytes: 5 };
const step = (number: number, loss: number | null = 1) => `${JSON.stringify({ step: number, loss, ...others })}\n`;
const dev = (number: number) => `${JSON.stringify({ step: number, dev: { loss: 2, accuracy: 0.5, macroF1: 0.4 } })}\n`;

const run = runRecord('1');
const freeText = runRecord('1', { result: { ...result, majority: undefined, macroF1: 0 } });

describe('the reader of a run’s page', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'page-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('finds nothing in an empty folder', async () => {
    expect(await createRunPageReader(folder).read(run)).toEqual({});
  });

  it('gives each time only what has come, without a line that is still being written', async () => {
    const reader = createRunPageReader(folder);
    await writeFile(join(folder, 'metrics.jsonl'), `${step(1)}${step(2, null)}{"step":3,`);
    await writeFile(join(folder, 'log.txt'), 'one\ntwo\nthr');
    expect(await reader.read(run)).toEqual({
      points: {
        from: 0,
        training: [
          [1, 1, 0.1, 9, 5],
          [2, null, 0.1, 9, 5],
        ],
        dev: [],
      },
      log: { fresh: true, lines: ['one', 'two'] },
    });
    await writeFile(join(folder, 'metrics.jsonl'), `${step(1)}${step(2, null)}${step(3)}${dev(3)}`);
    await appendFile(join(folder, 'log.txt'), 'ee\n');
    expect(await reader.read(run)).toEqual({
      points: { from: 2, training: [[3, 1, 0.1, 9, 5]], dev: [[3, 2, 0.5]] },
      log: { fresh: false, lines: ['three'] },
    });
    expect(await reader.read(run)).toEqual({});
  });

  it('begins afresh where a resumed run has cut its metrics, and when told to', async () => {
    const reader = createRunPageReader(folder);
    const metrics = join(folder, 'metrics.jsonl');
    await writeFile(metrics, step(1) + step(2) + step(3));
    await reader.read(run);
    await truncate(metrics, Buffer.byteLength(step(1)));
    expect((await reader.read(run)).points).toMatchObject({ from: 0, training: [[1, 1, 0.1, 9, 5]] });
    reader.rewind();
    expect((await reader.read(run)).points?.from).toBe(0);
  });

  it('shows the end of a long log, from a whole line on', async () => {
    await writeFile(join(folder, 'log.txt'), `${'a line of the log\n'.repeat(10_000)}the last\n`);
    const { log } = await createRunPageReader(folder).read(run);
    expect(log?.lines.at(-1)).toBe('the last');
    expect(new Set(log?.lines)).toEqual(new Set(['a line of the log', 'the last']));
    expect(log?.lines.length).toBeLessThan(5000);
  });

  it('gives some answers of a free text run beside what was expected, and of one with labels none', async () => {
    const lines = Array.from({ length: 20 }, (_, row) =>
      JSON.stringify({
        row,
        input: `in ${row}`,
        expected: `out ${row} `,
        predicted: row < 10 ? `out ${row}` : 'other',
      }),
    );
    await writeFile(join(folder, 'predictions.jsonl'), lines.join('\n'));
    const { answers } = await createRunPageReader(folder).read(freeText);
    expect(answers?.map(({ row, scores }) => [row, scores[0]?.score])).toEqual(
      [0, 2, 5, 7, 10, 12, 15, 17].map((row) => [row, row < 10 ? 1 : 0]),
    );
    expect(answers?.[0]).toMatchObject({ row: 0, input: 'in 0', references: ['out 0 '], answer: 'out 0' });
    expect((await createRunPageReader(folder).read(run)).answers).toEqual([]);
  });

  it('gives what the fields of JSON answers came to where the result of the run does not say', async () => {
    const answers = ['{"city":"Bonn","day":1}', '{"city":"Ulm","day":1}', 'no JSON'];
    const lines = answers.map((predicted, row) =>
      JSON.stringify({ row, input: `in ${row}`, expected: '{"city":"Bonn","day":1}', predicted }),
    );
    await writeFile(join(folder, 'predictions.jsonl'), lines.join('\n'));
    const { fields } = await createRunPageReader(folder).read(freeText);
    expect(fields?.map(({ field, equal, predicted, expected }) => [field, equal, predicted, expected])).toEqual([
      ['city', 1, 2, 3],
      ['day', 2, 2, 3],
    ]);
    const kept = { ...freeText, result: { ...freeText.result!, fields: fields! } };
    const known = await createRunPageReader(folder).read(kept);
    expect([known.answers?.length, known.fields]).toEqual([3, undefined]);
  });

  it('gives what each metric said of an answer, the one that decides first, with its reason', async () => {
    const measured = (title: string) => ({ ...exactMatch, title, binary: false, value: 0.5 });
    const metrics = { polite: measured('Polite'), f1: measured('Token F1'), chrf: measured('chrF') };
    const line = {
      row: 0,
      input: 'in',
      expected: 'out',
      references: ['out', 'gone'],
      predicted: 'out there',
      // In another order than the template's, one not judged, one missing.
      scores: { f1: 0.8, polite: null },
      reasons: { polite: 'It took longer than 1 s.' },
    };
    await writeFile(join(folder, 'predictions.jsonl'), JSON.stringify(line));
    const scored = { ...freeText, result: { ...freeText.result!, metrics } };
    const { answers } = await createRunPageReader(folder).read(scored);
    expect(answers?.[0]?.references).toEqual(['out', 'gone']);
    expect(answers?.[0]?.scores.map(({ metric, score, reason }) => [metric.title, score, reason])).toEqual([
      ['Polite', null, 'It took longer than 1 s.'],
      ['Token F1', 0.8, ''],
      ['chrF', null, ''],
    ]);
  });

  it('shows no accuracy on dev of free text, where earlier versions wrote 0', async () => {
    await writeFile(join(folder, 'metrics.jsonl'), dev(3));
    expect((await createRunPageReader(folder).read(freeText)).points?.dev).toEqual([[3, 2, null]]);
    const best = { step: 3, loss: 1, accuracy: 0 };
    const names = (record: typeof run) =>
      runPageState({ folder, record }, []).tiles.map(({ name, value }) => [name, value]);
    expect(names({ ...freeText, result: undefined, best })).toEqual([['Best on dev', 'loss 1.000 at step 3']]);
    expect(
      names(freeText)
        .map(([name]) => name)
        .slice(0, 2),
    ).toEqual(['Exact match', 'Loss per answer token']);
  });

  it('keeps of many evaluations the first and the last ones', async () => {
    for (let at = 1; at <= 20; at++)
      await appendSamples(
        folder,
        { step: at * 50, samples: [{ row: 3, expected: 'a', predicted: 'b', probability: 0.5 }] },
        { inputs: async () => ['x'.repeat(999)] },
      );
    const { samples } = await createRunPageReader(folder).read(run);
    expect(samples?.map((line) => line.step)).toEqual([50, 700, 750, 800, 850, 900, 950, 1000]);
    expect(samples?.[0]?.samples[0]?.input.length).toBe(301);
  });

  it('forgets samples that a resumed run makes again, and skips a torn line', async () => {
    for (const at of [50, 100]) await appendSamples(folder, { step: at, samples: [] }, { inputs: async () => [] });
    await appendFile(join(folder, 'samples.jsonl'), '{"step":150,"sam');
    expect((await readSamples(folder)).map((line) => line.step)).toEqual([50, 100]);
    await forgetSamples(folder, 60);
    expect((await readSamples(folder)).map((line) => line.step)).toEqual([50]);
  });
});

describe('the state of a run’s page', () => {
  it('has the shape that the page insists on, whatever became of the run', () => {
    for (const status of ['queued', 'running', 'done', 'stopped', 'failed', 'lost'] as const) {
      const run = {
        folder: '/r/1',
        record: runRecord('1', {
          status,
          result: status === 'done' ? runRecord('1').result : undefined,
          error: { code: 'x', message: 'why' },
        }),
      };
      expect(runPageSide.events.state(runPageState(run, ['1'])), status).toBe(true);
    }
  });

  it('offers only what can be done now', () => {
    const offered = (changes: object) =>
      runPageState({ folder: '/r/1', record: runRecord('1', changes) }, []).actions.map(({ action }) => action);
    expect(offered({ status: 'running' })).toEqual(['stop', 'openComparison', 'openTemplate', 'showLog']);
    expect(offered({ status: 'lost' })).toEqual(['resume', 'trainAgain', 'openComparison', 'openTemplate', 'showLog']);
    expect(offered({ method: 'hard' })).toEqual([
      'openComparison',
      'openTemplate',
      'predictRows',
      'exportRun',
      'showLog',
    ]);
    const ticket = { order: 1, paused: true };
    const paused = runPageState({ folder: '/r/1', record: runRecord('1', { status: 'queued' }), ticket }, []);
    expect(paused.actions.map(({ action }) => action).slice(0, 2)).toEqual(['resume', 'stop']);
    expect(paused.state).toMatch(/^paused/);
  });
});

describe('the curves of a run', () => {
  it('take new points only where they join on', () => {
    const first = withPoints(noCurve, { from: 0, training: [[1, 2, 0, 0, 0]], dev: [] })!;
    expect(withPoints(first, { from: 1, training: [], dev: [[1, 2, 3]] })?.dev).toHaveLength(1);
    expect(withPoints(first, { from: 5, training: [], dev: [] })).toBeUndefined();
  });

  it('are smoothed without a pull towards zero, and leave a gap where the loss was no number', () => {
    expect(smoothed([2, 2, null, 2], 0.9).map((value) => value && Number(value.toFixed(9)))).toEqual([2, 2, null, 2]);
    expect(smoothed([1, 3], 0)).toEqual([1, 3]);
    expect(smoothed([0, 1], 0.5)[1]).toBeCloseTo(2 / 3);
  });

  it('stand over one axis of steps', () => {
    expect(
      allSteps({
        training: [
          [2, 1, 1, 1, 1],
          [1, 1, 1, 1, 1],
        ],
        dev: [
          [5, 1, 1],
          [2, 1, 1],
        ],
      }),
    ).toEqual([1, 2, 5]);
    expect(onSteps([1, 2, 5], [[5, 0.5]])).toEqual([null, null, 0.5]);
  });

  it('zoom and move inside the whole', () => {
    expect(zoomed([0, 100], 0.5, [0, 100])).toEqual([25, 75]);
    expect(zoomed([25, 75], 4, [0, 100])).toEqual([0, 100]);
    expect(zoomed([50, 52], 0.1, [0, 100])).toEqual([49, 53]);
    expect(moved([25, 75], 2, [0, 100])).toEqual([50, 100]);
  });
});
