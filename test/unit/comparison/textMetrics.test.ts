import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readAnsweredRun } from '../../../src/comparison/analysis/readAnsweredRun';
import { compareTasks } from '../../../src/comparison/compareTasks';
import { comparisonTable } from '../../../src/comparison/exportTable';
import { writeComparison } from '../../../src/comparison/report/writeReport';
import { metricOf } from '../../../src/comparison/study/studyResults';
import type { StudyComparison, TaskComparison } from '../../../src/comparison/taskComparison';
import { formatComparison } from '../../../src/comparison/text/formatComparison';
import { createRandom } from '../../../src/data/random';
import { metricNumber, signedMetric } from '../../../src/words/formatNumbers';
import { distributionWords } from '../../../src/comparison/analysis/distributions';
import type { MetricSetting } from '../../../src/metrics/metricSetting';
import { openMetric, type TextMetricSetting } from '../../../src/metrics/openMetric';
import type { Task } from '../../../src/objective/task';
import type { EvaluationResult } from '../../../src/runs/record/record';
import { createRun } from '../../../src/runs/store/runFolder';
import { writePredictions } from '../../../src/runs/store/files/predictionsFile';
import type { PredictionLine } from '../../../src/runs/store/files/predictionLine';
import { judgeAnswers, openTaskJudge } from '../../../src/scoring/judgeAnswers';
import { showComparison } from '../../../src/views/comparison/model';
import { columnsOf } from '../../../webview/comparison/columns';
import { sketchRun } from '../../support/comparison/comparison';

const metrics: readonly TextMetricSetting[] = [
  { kind: 'chrf', name: 'chrf' },
  { kind: 'f1', name: 'f1' },
  { kind: 'levenshtein', name: 'levenshtein' },
  { kind: 'length', name: 'length' },
];
const rows = 40;
const words = ['red', 'kite', 'old', 'house', 'green', 'river', 'small', 'boat', 'cat', 'garden'];

const pick = (random: ReturnType<typeof createRandom>): string => words[Math.floor(random.next() * words.length)]!;

const references = (() => {
  const random = createRandom(3);
  return Array.from({ length: rows }, () => Array.from({ length: 4 }, () => pick(random)).join(' '));
})();

/** Answers of which each word is the right one with this chance. */
function answersOf(seed: number, skill: number): readonly string[] {
  const random = createRandom(seed);
  return references.map((reference) =>
    reference
      .split(' ')
      .map((word) => (random.next() < skill ? word : pick(random)))
      .join(' '),
  );
}

const task = {
  template: { path: '/work/tell.prompt', output: { name: 'answer', kind: 'generation', labels: [] } },
  settings: { metrics },
  labels: [],
  splits: {
    test: { read: (asked: readonly number[]) => Promise.resolve(asked.map((row) => ({ answer: references[row]! }))) },
  },
} as unknown as Task;

interface Sketch {
  readonly id: string;
  readonly method: 'hard' | 'soft';
  readonly seed?: number;
  readonly skill: number;
}

const sketches: readonly Sketch[] = [
  { id: 'run-hard-10', method: 'hard', skill: 0.2 },
  ...[1, 2, 3].map((seed): Sketch => ({ id: `run-soft-2${seed}`, method: 'soft', seed, skill: 0.7 })),
];

/** A run folder as an evaluation leaves it. */
async function writeRun({ id, method, seed = 1, skill }: Sketch): Promise<string> {
  const answers = answersOf(seed + id.length, skill);
  const judge = await openTaskJudge(task);
  const judged = await judgeAnswers(
    judge,
    { task, split: 'test' },
    answers.map((answer, row) => ({ row, answer })),
  );
  await judge.close();
  const predictions = answers.map((predicted, row): PredictionLine => ({
    row,
    input: `row ${row}`,
    expected: references[row]!,
    predicted,
    ...judged.rows[row]!,
  }));
  const right = predictions.filter(({ expected, predicted }) => expected === predicted).length;
  const base = sketchRun({ id, method, seed, accuracy: 0.5, rows, ...(method === 'soft' && { trained: 5120 }) });
  const result: EvaluationResult = {
    ...base.result!,
    accuracy: right / rows,
    majority: undefined,
    labelMass: undefined,
    metrics: judged.metrics,
  };
  const settings = { ...base.settings, metrics: metrics as readonly MetricSetting[] };
  const folder = await createRun(runsFolder, { ...base, settings, result });
  await writePredictions(folder, predictions);
  return folder;
}

let runsFolder: string;
let folders: readonly string[];
let comparison: TaskComparison;
let hard: StudyComparison;
let soft: StudyComparison;

beforeAll(async () => {
  runsFolder = await mkdtemp(join(tmpdir(), 'prompt-tuner-'));
  const written: string[] = [];
  for (const sketch of sketches) written.push(await writeRun(sketch));
  folders = written;
  [comparison] = compareTasks(await Promise.all(folders.map(readAnsweredRun))) as [TaskComparison];
  [hard, soft] = comparison.studies as [StudyComparison, StudyComparison];
});

afterAll(() => rm(runsFolder, { recursive: true, force: true }));

/** A split's value, made of the counts of its rows. */
function valueOf(setting: TextMetricSetting, answers: readonly string[]): number {
  const metric = openMetric(setting);
  const sums: number[] = [];
  answers.forEach((answer, row) => {
    const score = metric.score(answer, [references[row]!]);
    if ('error' in score) throw new Error(score.error);
    score.counts.forEach((count, i) => (sums[i] = (sums[i] ?? 0) + count));
  });
  return metric.value(sums);
}

describe('a comparison of text answers', () => {
  it('is decided by the first metric of the template, and has the others beside it', () => {
    expect(comparison.metric).toMatchObject({ name: 'chrf', scale: 'hundred', better: 'higher' });
    expect(comparison.metrics.map(({ name }) => name)).toEqual(metrics.map(({ name }) => name));
    expect(hard.results!.metrics.map(({ name }) => name)).toEqual(metrics.map(({ name }) => name));
  });

  it.each(metrics)('makes the value of $name of all rows together, and of several seeds their mean', (setting) => {
    const [own, others] = [hard, soft].map(({ results }) => metricOf(results, setting.name)!) as [
      NonNullable<ReturnType<typeof metricOf>>,
      NonNullable<ReturnType<typeof metricOf>>,
    ];
    expect(own.value).toBeCloseTo(valueOf(setting, answersOf(1 + 'run-hard-10'.length, 0.2)), 9);
    const seeds = [1, 2, 3].map((seed) => valueOf(setting, answersOf(seed + 'run-soft-21'.length, 0.7)));
    others.values.forEach((value, i) => expect(value).toBeCloseTo(seeds[i]!, 9));
    expect(others.value).toBeCloseTo(seeds.reduce((sum, value) => sum + value, 0) / 3, 9);
    for (const { value, interval } of [own, others]) {
      expect(interval![0]).toBeLessThanOrEqual(value!);
      expect(interval![1]).toBeGreaterThanOrEqual(value!);
    }
  });

  it('says what is better by each metric, and nothing where neither more nor less is', () => {
    const verdicts = Object.fromEntries(soft.differences.map((one) => [one.metric, one]));
    expect(soft.difference).toEqual(verdicts.chrf);
    expect(verdicts.chrf).toMatchObject({ verdict: 'better', test: 'seeds', rows });
    expect(verdicts.f1).toMatchObject({ verdict: 'better' });
    // Fewer edits are the better ones.
    expect(verdicts.levenshtein!.high).toBeLessThan(0);
    expect(verdicts.levenshtein).toMatchObject({
      verdict: 'better',
      sentence: 'Better: the whole interval lies below zero.',
    });
    expect(verdicts.levenshtein!.gained).toBeGreaterThan(verdicts.levenshtein!.lost);
    expect(verdicts.length).toMatchObject({ verdict: 'unsaid' });
  });

  it('shows in the report how the scores spread by each metric that is more than right or wrong', async () => {
    const html = (await writeComparison(folders, { format: 'html' })).text;
    expect(soft.distributions.length).toBeGreaterThan(2);
    for (const distribution of soft.distributions) {
      const { title, binary } = comparison.metrics.find(({ name }) => name === distribution.metric)!;
      expect(binary).toBe(false);
      expect(html).toContain(`aria-label="Distribution of ${title}: `);
      expect(html).toContain(distributionWords(distribution));
    }
  });

  it('shows the same numbers in terminal, report, exports and panel', async () => {
    const shown = [hard, soft].flatMap(({ results }) =>
      results!.metrics.map(({ value, scale }) => metricNumber(value, scale)),
    );
    const difference = signedMetric(soft.difference!.mean, 'hundred');
    const html = (await writeComparison(folders, { format: 'html' })).text;
    const state = showComparison(
      (await Promise.all(folders.map(readAnsweredRun))).map(({ record }) => record),
      { family: null, older: false, baseline: null },
    ).state;
    const panel = state.studies
      .flatMap((row) => columnsOf(state).map((column) => column.text({ ...row, results: row.results }, undefined)))
      .join(' | ');
    for (const number of shown)
      for (const [where, text] of [
        ['terminal', formatComparison([comparison])],
        ['html', html],
        ['markdown', comparisonTable([comparison], 'markdown')],
        ['panel', panel],
      ] as const)
        expect(text, `${number} in ${where}`).toContain(number);
    expect(formatComparison([comparison])).toContain(difference);
    expect(html).toContain(difference);
    expect(formatComparison([comparison]).split('\n')[1]).toMatch(/^method +chrf +95 % interval +against hard .*f1/i);
    const [headings, first] = comparisonTable([comparison], 'csv').split(/\r?\n/) as [string, string];
    const cells = Object.fromEntries(headings.split(',').map((name, i) => [name, first.split(',')[i]]));
    expect(Number(cells.chrf)).toBeCloseTo(metricOf(hard.results, 'chrf')!.value!, 9);
    expect(Number(cells.levenshteinHigh)).toBeCloseTo(metricOf(hard.results, 'levenshtein')!.interval![1], 9);
    expect(cells.metric).toBe('chrf');
    const [json] = JSON.parse(comparisonTable([comparison], 'json')) as [
      { readonly studies: readonly { readonly metrics: Readonly<Record<string, { readonly value: number }>> }[] },
    ];
    expect(json.studies[1]!.metrics.f1).toMatchObject({
      value: metricOf(soft.results, 'f1')!.value,
      better: 'higher',
      difference: { verdict: 'better' },
    });
  });
});
