import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/data/random';
import { corpusBootstrap } from '../../../../src/scoring/statistics/corpusBootstrap';
import { exactMcNemar } from '../../../../src/scoring/statistics/mcnemar';
import { metricDifference, metricEstimate } from '../../../../src/scoring/statistics/metricScores';
import { exchangeTest, signTest } from '../../../../src/scoring/statistics/randomisation';
import { seedBootstrap } from '../../../../src/scoring/statistics/seedBootstrap';
import { verdictOn } from '../../../../src/scoring/statistics/verdict';
import { wilsonInterval } from '../../../../src/scoring/statistics/wilson';

const share = (counts: ArrayLike<number>): number => counts[0]! / counts[1]!;

describe('approximate randomisation', () => {
  /** All 2^n ways to exchange, each as likely. */
  function exactSignTest(differences: readonly number[]): number {
    const ways = 2 ** differences.length;
    const observed = Math.abs(differences.reduce((sum, difference) => sum + difference, 0));
    let asFar = 0;
    for (let way = 0; way < ways; way++) {
      const sum = differences.reduce((part, difference, i) => part + ((way >> i) & 1 ? difference : -difference), 0);
      if (Math.abs(sum) >= observed - 1e-9) asFar++;
    }
    return asFar / ways;
  }

  it.each([[[0.4, 0.1, -0.2, 0.35, 0.05, 0.3, -0.1, 0.25]], [[0.01, -0.02, 0.3, -0.29]], [[1, 1, 1, -1, 1, 1, 0, 0]]])(
    'comes to what trying all exchanges does (%j)',
    (differences) => {
      expect(signTest(differences, { seed: 1, trials: 40_000 })).toBeCloseTo(exactSignTest(differences), 1.9);
    },
  );

  it('is McNemar’s test where rows are right or wrong', () => {
    const differences = [...Array<number>(9).fill(1), ...Array<number>(2).fill(-1), ...Array<number>(30).fill(0)];
    expect(signTest(differences, { seed: 2, trials: 40_000 })).toBeCloseTo(exactMcNemar(9, 2), 2);
  });

  it('is the same for a mean whether scores or counts are exchanged', () => {
    const random = createRandom(4);
    const [a, b] = [0.1, 0].map((more) => Float64Array.from({ length: 40 }, () => random.next() + more));
    const counted = (scores: Float64Array) => ({
      width: 2,
      seeds: [Float64Array.from([...scores].flatMap((score) => [score, 1]))],
      value: share,
    });
    const differences = a!.map((score, row) => score - b![row]!);
    const options = { seed: 3, trials: 40_000 };
    expect(exchangeTest(counted(a!), counted(b!), options)).toBeCloseTo(signTest(differences, options), 2);
  });

  it('finds nothing between methods that answer alike', () => {
    expect(signTest([0, 0, 0], { seed: 1 })).toBe(1);
    const same = { width: 1, seeds: [[0.2, 0.4]], value: (counts: ArrayLike<number>) => counts[0]! };
    expect(exchangeTest(same, same, { seed: 1 })).toBe(1);
  });
});

describe('a bootstrap over counts', () => {
  it('is that over scores where the value is their mean', () => {
    const random = createRandom(9);
    const scores = Array.from({ length: 3 }, () => Float64Array.from({ length: 60 }, () => random.next()));
    const counted = {
      width: 2,
      seeds: scores.map((seed) => Float64Array.from([...seed].flatMap((score) => [score, 1]))),
      value: share,
    };
    const [over, of] = [corpusBootstrap(counted, undefined, { seed: 1 }), seedBootstrap(scores, [], { seed: 1 })];
    expect(over.mean).toBeCloseTo(of.mean, 12);
    expect(over.standardError).toBeCloseTo(of.standardError, 9);
    expect(over.degrees).toBeCloseTo(of.degrees, 6);
    expect(over.low).toBeCloseTo(of.low, 1.9);
    expect(over.high).toBeCloseTo(of.high, 1.9);
  });

  it('makes its value of all rows together, not of the mean of the rows', () => {
    const seeds = [[1, 1, 0, 9]];
    expect(corpusBootstrap({ width: 2, seeds, value: share }, undefined, { seed: 1 }).mean).toBeCloseTo(0.1, 12);
  });
});

describe('what a metric came to', () => {
  it('keeps Wilson and McNemar for rights and wrongs of one run each', () => {
    const [a, b] = [
      [1, 1, 1, 1, 0, 1],
      [0, 1, 0, 0, 0, 1],
    ];
    const [low, high] = wilsonInterval(5, 6);
    expect(metricEstimate({ rows: [a!] })).toEqual({ mean: 5 / 6, low, high });
    const difference = metricDifference({ rows: [a!] }, { rows: [b!] });
    expect(difference).toMatchObject({ mean: 0.5, test: 'mcnemar', p: exactMcNemar(3, 0) });
  });

  it('leaves no scale, however few the rows', () => {
    const value = (counts: ArrayLike<number>) => (100 * counts[0]!) / counts[1]!;
    const counted = (...hits: readonly number[]) => ({ width: 2, seeds: [hits.flatMap((hit) => [hit, 4])], value });
    const [a, b] = [
      { rows: [[100, 0]], counted: counted(4, 0), scale: 'hundred' },
      { rows: [[0, 25]], counted: counted(0, 1), scale: 'hundred' },
    ] as const;
    const [estimate, difference] = [metricEstimate(a), metricDifference(a, b)];
    expect([estimate.low, estimate.mean, estimate.high]).toEqual([0, 50, 100]);
    expect([difference.low, difference.high]).toEqual([-100, 100]);
  });

  it('stays within what scores of a share can be, whatever the bootstrap says', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), {
          minLength: 2,
          maxLength: 30,
        }),
        (pairs) => {
          const [a, b] = [{ rows: [pairs.map(([own]) => own)] }, { rows: [pairs.map(([, other]) => other)] }];
          const [estimate, difference] = [metricEstimate(a), metricDifference(a, b)];
          expect(estimate.low).toBeGreaterThanOrEqual(0);
          expect(estimate.high).toBeLessThanOrEqual(1);
          expect(estimate.low).toBeLessThanOrEqual(estimate.mean + 1e-12);
          expect(estimate.high).toBeGreaterThanOrEqual(estimate.mean - 1e-12);
          expect(Math.abs(difference.low)).toBeLessThanOrEqual(1);
          expect(Math.abs(difference.high)).toBeLessThanOrEqual(1);
          expect(difference.p).toBeGreaterThan(0);
          expect(difference.p).toBeLessThanOrEqual(1);
          const turned = metricDifference(b, a);
          expect(turned.mean).toBeCloseTo(-difference.mean, 12);
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('a verdict by a metric', () => {
  const evidence = { rows: 100, underSeeded: [], p: 0.001 };
  it('takes less for better where less is', () => {
    const difference = { mean: -2, low: -3, high: -1 };
    expect(verdictOn({ ...evidence, difference, metric: { better: 'lower', scale: 'count' } })).toEqual({
      verdict: 'better',
      sentence: 'Better: the whole interval lies below zero.',
    });
    expect(verdictOn({ ...evidence, difference, metric: { better: 'higher', scale: 'hundred' } }).verdict).toBe(
      'worse',
    );
  });
  it('says none where neither more nor less is better', () => {
    const difference = { mean: 5, low: 4, high: 6 };
    expect(verdictOn({ ...evidence, difference, metric: { better: 'neither', scale: 'count' } }).verdict).toBe(
      'unsaid',
    );
  });
  it('weighs rows that were trained on by what one row can make of a hundred', () => {
    const metric = { better: 'higher', scale: 'hundred' } as const;
    const difference = { mean: 5, low: 4, high: 6 };
    expect(verdictOn({ ...evidence, difference, metric, trainedOn: 6 }).verdict).toBe('unsaid');
    expect(verdictOn({ ...evidence, difference, metric, trainedOn: 4 }).verdict).toBe('better');
    const count = { better: 'lower', scale: 'count' } as const;
    expect(verdictOn({ ...evidence, difference, metric: count, trainedOn: 1 }).verdict).toBe('unsaid');
  });
});
