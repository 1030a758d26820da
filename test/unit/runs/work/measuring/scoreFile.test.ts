import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareTasks } from '../../../../../src/comparison/compareTasks';
import { comparisonTable } from '../../../../../src/comparison/exportTable';
import { formatComparison } from '../../../../../src/comparison/text/formatComparison';
import { readAnsweredRun } from '../../../../../src/comparison/analysis/readAnsweredRun';
import { standingResults } from '../../../../../src/comparison/study/standingResults';
import { currentStudies, studiesOf } from '../../../../../src/comparison/study/studies';
import { Failure } from '../../../../../src/failure';
import { capabilitiesOf } from '../../../../../src/runs/queue/runCapabilities';
import { readRun } from '../../../../../src/runs/store/runFolder';
import { listRuns } from '../../../../../src/runs/store/scanRuns';
import { changesSince } from '../../../../../src/runs/work/study/changesSince';
import { workOnRun } from '../../../../../src/runs/work/workOnRun';
import { loadTemplate } from '../../../../../src/template/read/loadTemplate';
import { answersFolder, askedRows, scoreIn } from '../../../../support/runs/givenAnswers';

const answersOf = (texts: readonly string[]): string =>
  texts.map((prediction) => `${JSON.stringify({ prediction })}\n`).join('');

describe('Answers that are scored', () => {
  it('are judged by all metrics of the template, a check of its own among them', async () => {
    const folder = answersFolder(
      {
        'a.jsonl': answersOf(['It rained.', 'the sun shone', '', 'It was dark.', 'It froze over.']),
        'short.mjs': 'export default (answer, { text }) => ({ score: answer.length < 14, reason: `of ${text}` });',
      },
      ['tune.metrics: [exact, f1, chrf, { javascript: short.mjs }]'],
    );
    const { result, predictions } = await scoreIn(folder, 'a.jsonl', { file: 'tell.prompt' });
    const { metrics } = result;
    expect(Object.keys(metrics!)).toEqual(['exact', 'f1', 'chrf', 'short']);
    expect(metrics!.exact).toMatchObject({ value: 0.2 });
    // SQuAD: 1, 1, 0, it was of three and three: 2/3, it froze of three and two: 0.8.
    expect(metrics!.f1!.value).toBeCloseTo((1 + 1 + 0 + 2 / 3 + 0.8) / 5, 12);
    expect(metrics!.short!.value).toBe(0.8);
    expect(predictions[1]!.reasons).toEqual({ short: 'of Sun' });
    for (const metric of Object.values(metrics!)) expect(metric.interval).toHaveLength(2);
  });

  it('that are none of the labels count as wrong, and are no label of the macro-F1', async () => {
    const folder = answersFolder({ 'a.jsonl': answersOf(['bad', 'good', 'who knows', 'nobody', '']) });
    const { result, given } = await scoreIn(folder, 'a.jsonl');
    expect(given.unlisted).toBe(3);
    expect(result.accuracy).toBe(0.4);
    // good: 2·1/(3 + 1); bad: 2·1/(2 + 1), as scikit-learn's f1_score(labels=['good', 'bad'], average='macro').
    expect(result.macroF1).toBeCloseTo((1 / 2 + 2 / 3) / 2, 12);
  });

  it('leave nothing behind without a name', async () => {
    const folder = answersFolder({ 'a.jsonl': answersOf(askedRows.map(({ label }) => label)) });
    await scoreIn(folder, 'a.jsonl');
    expect(readdirSync(folder)).not.toContain('runs');
  });

  it('become a run with a name, which says that it was not produced here and holds no number unmeasured', async () => {
    const folder = answersFolder({ 'a.jsonl': answersOf(askedRows.map(({ label }) => label)) });
    const { folder: run } = await scoreIn(folder, 'a.jsonl', { name: '  The old\nservice ' });
    const record = await readRun(run!);
    expect(record).toMatchObject({
      method: 'answers',
      status: 'done',
      given: { name: 'The old service', file: join(folder, 'a.jsonl'), matched: 'order' },
      model: { id: '', sha256: '' },
    });
    expect(record.given!.sha256).toMatch(/^[0-9a-f]{64}$/);
    for (const field of [
      'loss',
      'tokenLoss',
      'promptTokens',
      'seconds',
      'peakMemoryBytes',
      'trainedParameters',
    ] as const)
      expect(record.result![field]).toBeNull();
    const [answer] = (await readAnsweredRun(run!)).predictions;
    expect(answer).toEqual({ row: 0, input: 'Rain, and "wind" · It rained.', expected: 'bad', predicted: 'bad' });
    expect(capabilitiesOf({ record })).not.toEqual(expect.arrayContaining(['resume']));
    for (const refused of ['resume', 'trainAgain', 'continueRun', 'predictRows', 'exportRun', 'copySettings'] as const)
      expect(capabilitiesOf({ record })).not.toContain(refused);
    expect(capabilitiesOf({ record })).toEqual(expect.arrayContaining(['openRun', 'renameRun', 'deleteRun']));
    await expect(workOnRun(run!)).rejects.toThrow(/holds answers that were not produced here/);
  });

  it('stand for earlier ones of their name, which stay, and not for those of others', async () => {
    const folder = answersFolder({
      'a.jsonl': answersOf(['bad', 'good', 'good', 'good', 'good']),
      'b.jsonl': answersOf(['bad', 'bad', 'bad', 'bad', 'bad']),
    });
    const first = await scoreIn(folder, 'a.jsonl', { name: 'x' });
    await scoreIn(folder, 'b.jsonl', { name: 'y' });
    const again = await scoreIn(folder, 'b.jsonl', { name: 'x' });
    expect(again.replaced).toEqual([first.run]);
    const runs = await listRuns(join(folder, 'runs'));
    expect(runs).toHaveLength(3);
    const ids = currentStudies(studiesOf(runs)).flatMap((study) => study.runs.map(({ id }) => id));
    expect(ids).toHaveLength(2);
    expect(ids).toContain(again.run);
    expect(standingResults(runs).map(({ run }) => run.given!.name)).toEqual(['x', 'y']);
  });

  it('stand in every table by their name, with the words that they were not produced here', async () => {
    const folder = answersFolder({
      'a.jsonl': answersOf(['bad', 'good', 'good', 'good', 'oops']),
      'b.jsonl': answersOf(['bad', 'good', 'bad', 'bad', 'bad']),
    });
    const runs = await Promise.all(
      (['a', 'b'] as const).map(async (name) =>
        readAnsweredRun((await scoreIn(folder, `${name}.jsonl`, { name })).folder!),
      ),
    );
    const tasks = compareTasks(runs, runs[0]!.record.id);
    const [, other] = tasks[0]!.studies.map(({ name }) => name);
    const paired = tasks[0]!.studies.find(({ difference }) => difference)!;
    // Two rows that a answers better, one that b does.
    expect(paired.difference).toMatchObject({ rows: 5, gained: 1, lost: 2, test: 'mcnemar', p: 1 });
    expect(paired.difference!.mean).toBeCloseTo(-0.2, 12);
    expect(tasks[0]!.studies.find(({ name }) => name.startsWith('a '))!.confusion!.labels).toContain('oops');
    const shown = [
      formatComparison(tasks, { width: 200 }),
      ...(['csv', 'json', 'markdown'] as const).map((format) => comparisonTable(tasks, format)),
    ];
    for (const text of shown) {
      expect(text).toContain('(not produced here)');
      expect(text).toContain(other);
      expect(text).not.toContain('NaN');
    }
    const [head, ...rows] = comparisonTable(tasks, 'csv')
      .split('\r\n')
      .map((line) => line.split(','));
    for (const column of [
      'loss',
      'trainedNumbers',
      'seconds',
      'promptTokens',
      'adapterBytes',
      'peakMemoryBytes',
      'seeds',
    ])
      expect(rows[0]![head!.indexOf(column)]).toBe('');
  });

  it('are of an older text only where what they are held against has changed', async () => {
    const folder = answersFolder({ 'a.jsonl': answersOf(askedRows.map(({ label }) => label)) });
    const record = await readRun((await scoreIn(folder, 'a.jsonl', { name: 'x' })).folder!);
    const file = join(folder, 'day.prompt');
    const text = readFileSync(file, 'utf8');
    const after = async (changed: string) => {
      writeFileSync(file, changed);
      return changesSince(record, await loadTemplate(file));
    };
    expect(await after(text.replace('{{text}} is', 'So {{text}} is'))).toEqual([]);
    expect(await after(text.replace('[good, bad]', '[good, bad, fair]'))).toEqual(['the answer field or its labels']);
  });

  it('refuse a split that there is not, a row without a right label, and an empty name', async () => {
    const folder = answersFolder({ 'a.jsonl': answersOf(['bad']), 'test.jsonl': '{"text":"Sun","label":"fair"}\n' });
    await expect(scoreIn(folder, 'a.jsonl', { split: 'dev' })).rejects.toThrow('names no dev data');
    await expect(scoreIn(folder, 'a.jsonl')).rejects.toThrow('The label "fair" is not one of good, bad.');
    await expect(scoreIn(folder, 'a.jsonl', { name: ' ' })).rejects.toBeInstanceOf(Failure);
  });
});
