import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AnsweredStudy } from '../../../../src/comparison/analysis/answeredStudy';
import type { PredictionLine } from '../../../../src/runs/store/files/predictionLine';
import type { RunRecord } from '../../../../src/runs/record/record';
import type { Method } from '../../../../src/template/settings/settings';
import { predictions, record, result } from '../../../support/comparison/comparisons';
import { comparedStudies } from '../../../support/comparison/comparedStudies';

function run(
  method: Method,
  marks: string | readonly PredictionLine[],
  { seed = 1, ...fields }: Partial<RunRecord> & { seed?: number } = {},
): AnsweredStudy['runs'][number] {
  const id = `${method}-${seed}`;
  const made = record(id);
  return {
    record: {
      ...made,
      method,
      status: 'done',
      settings: { ...made.settings, seed },
      result: result(method, 0.5, id),
      ...fields,
    },
    predictions: typeof marks === 'string' ? predictions(marks) : marks,
  };
}

const study = (key: string, ...runs: readonly AnsweredStudy['runs'][number][]): AnsweredStudy => ({
  key,
  runs,
  adapterBytes: 100,
});
const elsewhere = { data: { test: { path: '/work/other.jsonl', rows: 4, sha256: 'ee' } } };
const marks = (right: number, rows: number) => '1'.repeat(right) + '0'.repeat(rows - right);

describe('the analysis of a comparison', () => {
  it('measures against the first hard prompt, unless another baseline is wanted', () => {
    const studies = [study('s', run('soft', '1110')), study('h', run('hard', '1000'))];
    expect(comparedStudies(studies)).toMatchObject({
      baseline: 'h',
      studies: [
        { difference: { mean: 0.5, gained: 2, lost: 0, rows: 4, test: 'mcnemar' } },
        { difference: null, withoutDifference: 'The baseline.' },
      ],
    });
    expect(comparedStudies(studies, 's')).toMatchObject({
      baseline: 's',
      studies: [{ difference: null }, { difference: { mean: -0.5 } }],
    });
    expect(comparedStudies(studies, 'gone').baseline).toBe('h');
  });

  it('withholds the verdict on one seed and on few rows, and gives it where seeds and rows suffice', () => {
    const hard = study('h', run('hard', marks(4, 40)));
    const verdict = (...runs: readonly AnsweredStudy['runs'][number][]) =>
      comparedStudies([hard, study('s', ...runs)]).studies[1]!.difference!;
    expect(verdict(run('soft', marks(36, 40)))).toMatchObject({
      verdict: 'unsaid',
      sentence: expect.stringContaining('one seed') as string,
    });
    expect(
      verdict(
        run('soft', marks(36, 40)),
        run('soft', marks(35, 40), { seed: 2 }),
        run('soft', marks(37, 40), { seed: 3 }),
      ),
    ).toMatchObject({ verdict: 'better', test: 'seeds' });
    expect(
      comparedStudies([study('h', run('hard', marks(1, 10))), study('g', run('hard', marks(9, 10)))]).studies[1]!
        .difference,
    ).toMatchObject({ verdict: 'unsaid', sentence: expect.stringContaining('10 rows are too few') as string });
  });

  it('needs no seeds between two hard prompts', () => {
    expect(
      comparedStudies([study('h', run('hard', marks(4, 40))), study('g', run('hard', marks(36, 40)))]).studies[1]!
        .difference!.verdict,
    ).toBe('better');
  });

  it('corrects for the number of comparisons', () => {
    const studies = [
      study('h', run('hard', '000000')),
      study('a', run('soft', '111111')),
      study('b', run('v1', '111111')),
    ];
    // Six rows won, none lost: 2 · (1/2)⁶, twice for two comparisons.
    for (const { difference } of comparedStudies(studies).studies.slice(1))
      expect(difference!.p).toBeCloseTo(2 ** -4, 12);
  });

  it('pairs rows by number, not by place, and says which it dropped', () => {
    const [a, b, c, d] = predictions('1001') as [PredictionLine, PredictionLine, PredictionLine, PredictionLine];
    const analysis = comparedStudies([
      study('h', run('hard', [d, a, b])),
      study('s', run('soft', [{ ...b, predicted: 'a' }, c, d])),
    ]);
    expect(analysis.studies[1]!.difference).toMatchObject({ rows: 2, mean: 0.5, gained: 1, lost: 0 });
    expect(analysis.dropped).toEqual(['soft against hard: 2 of 4 rows are not paired: only one of the two has them.']);
    expect(analysis.notes).toContain(analysis.dropped[0]);
  });

  it('never pairs rows of other data or another split, and says so', () => {
    const { studies, dropped } = comparedStudies([
      study('h', run('hard', '1000')),
      study('o', run('soft', '1111', elsewhere)),
      study('d', run('v1', '1111', { result: { ...result('v1', 1, 'd'), split: 'dev' } })),
    ]);
    expect(studies.map(({ difference }) => difference)).toEqual([null, null, null]);
    expect(dropped).toEqual([
      'soft: Not paired: its test data are not those of the baseline.',
      'v1: Not paired: it was measured on dev, the baseline on test.',
    ]);
  });

  it('leaves out rows on which the two expect different answers', () => {
    const other = predictions('1111').map((line) =>
      line.row === 3 ? { ...line, expected: 'c', predicted: 'c' } : line,
    );
    const { studies, dropped } = comparedStudies([study('h', run('hard', '1000')), study('s', run('soft', other))]);
    expect(studies[1]!.difference).toMatchObject({ rows: 3 });
    expect(dropped).toEqual(['soft against hard: 1 of 4 rows are not paired: the two expect different answers there.']);
  });

  it('leaves out a seed that was measured on other data, and rows that not every seed has', () => {
    const {
      studies: [soft],
      dropped,
    } = comparedStudies([
      study(
        's',
        run('soft', '1110'),
        run('soft', predictions('1111').slice(0, 3), { seed: 2 }),
        run('soft', '1111', { seed: 3, ...elsewhere }),
      ),
    ]);
    expect(soft!.results).toMatchObject({ seeds: [1, 2], n: 3, metrics: [{ values: [1, 1] }] });
    expect(dropped).toEqual([
      'soft: seed 3 is left out: its test data are not those of the others.',
      'soft: 1 of 4 rows are left out: not every seed has them.',
    ]);
  });

  it('counts confusions in the order of the labels, and calibration from the answers given', () => {
    const line = (row: number, expected: string, predicted: string, p: number): PredictionLine => ({
      row,
      input: '',
      expected,
      predicted,
      probabilities: { b: predicted === 'b' ? p : 1 - p, a: predicted === 'a' ? p : 1 - p },
    });
    const [soft] = comparedStudies([
      study('s', run('soft', [line(0, 'a', 'a', 0.9), line(1, 'a', 'b', 0.7), line(2, 'b', 'b', 0.9)])),
    ]).studies;
    expect(soft!.confusion).toEqual({
      labels: ['b', 'a'],
      counts: [
        [1, 0],
        [1, 1],
      ],
      shares: [
        [1, 0],
        [0.5, 0.5],
      ],
    });
    expect(soft!.reliability!.bins.map(({ n, accuracy }) => [n, accuracy])).toEqual([
      [1, 0],
      [2, 1],
    ]);
    expect(soft!.reliability!.calibrationError).toBeCloseTo((0.7 + 2 * 0.1) / 3, 12);
    // F1 of a is 2/3, of b likewise.
    expect(soft!.results!.macroF1).toBeCloseTo(2 / 3, 12);
  });

  it('does not take it for certain what a few rows and seeds agree on', () => {
    const [soft] = comparedStudies([study('s', run('soft', '111111'), run('soft', '111111', { seed: 2 }))]).studies;
    // Wilson's lower end for six of six.
    expect(soft!.results!.metrics[0]!.interval![0]).toBeCloseTo(6 / (6 + 1.959963984540054 ** 2), 12);
    expect(soft!.results!.metrics[0]!.interval![1]).toBe(1);
  });

  it('has no labels to confuse in a generation', () => {
    expect(comparedStudies([study('s', run('soft', '1110'))]).studies[0]).toMatchObject({
      confusion: null,
      reliability: null,
      results: { macroF1: null, metrics: [{ value: 0.75 }] },
    });
  });

  it('keeps a study without results, and says so', () => {
    const unfinished = { record: record('x', { status: 'failed' }), predictions: [] };
    expect(comparedStudies([study('h', run('hard', '1000')), study('x', unfinished)]).studies[1]).toMatchObject({
      results: null,
      difference: null,
      withoutDifference: 'Not paired: it has no results.',
    });
    expect(comparedStudies([study('x', unfinished)])).toMatchObject({
      baseline: null,
      notes: ['No run has results yet.'],
    });
  });

  it('turns every difference over when study and baseline change places', () => {
    const answers = fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(answers, (rows) => {
        const [a, b] = [0, 1].map((side) => rows.map((row) => Number(row[side as 0 | 1])).join(''));
        const studies = [study('a', run('soft', a!)), study('b', run('v1', b!))];
        const [forth, back] = [
          comparedStudies(studies, 'a').studies[1]!.difference!,
          comparedStudies(studies, 'b').studies[0]!.difference!,
        ];
        expect(forth.mean).toBeCloseTo(-back.mean, 12);
        expect([forth.p, forth.gained, forth.lost]).toEqual([back.p, back.lost, back.gained]);
        expect(forth.low).toBeLessThanOrEqual(forth.mean);
        expect(forth.high).toBeGreaterThanOrEqual(forth.mean);
      }),
      { numRuns: 20 },
    );
  });
});
