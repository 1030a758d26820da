import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../src/data/random';
import { reliability } from '../../../../src/scoring/statistics/calibration';
import { holm } from '../../../../src/scoring/statistics/holm';
import { macroF1Interval } from '../../../../src/scoring/statistics/macroF1Interval';
import { exactMcNemar } from '../../../../src/scoring/statistics/mcnemar';
import { normalQuantile } from '../../../../src/scoring/statistics/normal';
import { pairedBootstrap } from '../../../../src/scoring/statistics/pairedBootstrap';
import { drawBinomial, resampleCounts } from '../../../../src/scoring/statistics/resample';
import { seedBootstrap } from '../../../../src/scoring/statistics/seedBootstrap';
import { studentQuantile, studentTwoSided } from '../../../../src/scoring/statistics/studentT';
import { verdictOn } from '../../../../src/scoring/statistics/verdict';
import { wilsonInterval } from '../../../../src/scoring/statistics/wilson';
import { reference } from '../../../support/statistics/reference';

function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

describe('normal quantile', () => {
  it.each([
    [1e-300, -37.0470962993612],
    [1e-20, -9.262340089798409],
    [1e-5, -4.264890793922825],
    [0.01, -2.3263478740408408],
    [0.05, -1.6448536269514729],
    [0.08, -1.4050715603096329],
    [0.3, -0.5244005127080409],
    [0.5, 0],
    [0.7, 0.5244005127080407],
    [0.975, 1.959963984540054],
    [0.995, 2.5758293035489004],
    [0.9999999, 5.199337582290661],
  ])('of %f is what scipy.stats.norm.ppf (SciPy 1.17.1) gives', (p, expected) => {
    expectRelative(normalQuantile(p), expected, 1e-13);
  });

  it('refuses what is no probability', () => {
    for (const p of [0, 1, -0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

describe('Wilson interval', () => {
  it.each(reference.wilson)(
    'of %i of %i at %f is what statsmodels proportion_confint(method="wilson") gives',
    (...[successes, n, confidence, ...expected]) => {
      wilsonInterval(successes, n, confidence).forEach((end, index) => expectRelative(end, expected[index]!, 1e-12));
    },
  );

  it('says nothing when nothing was seen, and lies within [0, 1] around the rate otherwise', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(5000), (right, wrong) => {
        const n = right + wrong;
        const [low, high] = wilsonInterval(right, n);
        const rate = n === 0 ? 0.5 : right / n;
        expect(0 <= low && low <= rate && rate <= high && high <= 1).toBe(true);
      }),
    );
  });

  it('refuses more successes than trials and a confidence outside (0, 1)', () => {
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(-1, 2)).toThrow(RangeError);
    expect(() => wilsonInterval(1, 2, 1)).toThrow(RangeError);
  });
});

describe('paired bootstrap', () => {
  const correctness = [1, 0, 0, 1, -1, 0, 1, 1, 0, 0, 1, 0, -1, 1, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, -1, 0, 1, 0, 1];
  const losses = [0.12, -0.4, 0.93, 0.31, 0.05, -0.22, 1.4, 0.77, 0.002, 0.6, -0.9, 0.45];

  /**
   * Expected: scipy.stats.bootstrap(method='percentile', n_resamples=200000), SciPy 1.17.1; means of correctness lie on
   * a grid of 1/30.
   */
  it('agrees with SciPy on differences of correctness to one step of the grid', () => {
    const { mean, low, high } = pairedBootstrap(correctness, { seed: 1 });
    expect(mean).toBeCloseTo(0.3, 14);
    expect(Math.abs(low - 0.06666666666666667)).toBeLessThanOrEqual(1 / 30 + 1e-12);
    expect(Math.abs(high - 0.5333333333333333)).toBeLessThanOrEqual(1 / 30 + 1e-12);
  });

  /** The quantiles of 50000 resamples have a standard error near 0.002 (standard error of the mean 0.173). */
  it.each([
    [0.95, -0.0815, 0.59833],
    [0.8, 0.036, 0.48083],
  ])('agrees with SciPy on differences of loss at %f', (confidence, low, high) => {
    const interval = pairedBootstrap(losses, { confidence, resamples: 50_000, seed: 2 });
    expect(interval.mean).toBeCloseTo(0.25933333333333336, 14);
    expect(Math.abs(interval.low - low)).toBeLessThan(0.01);
    expect(Math.abs(interval.high - high)).toBeLessThan(0.01);
  });

  it('repeats itself for a seed and changes with it', () => {
    const of = (seed: number) => pairedBootstrap(losses, { resamples: 500, seed });
    expect(of(3)).toEqual(of(3));
    expect(of(3)).not.toEqual(of(4));
  });

  it('has no width when every row differs alike, and refuses no rows', () => {
    expect(pairedBootstrap([0.5, 0.5, 0.5], { seed: 0 })).toEqual({ mean: 0.5, low: 0.5, high: 0.5 });
    expect(() => pairedBootstrap([], { seed: 0 })).toThrow(RangeError);
  });
});

describe('paired bootstrap on a table of rows gained and lost', () => {
  it.each(reference.paired)(
    'of %i gained, %i lost of %i comes within two rows of the quantiles of the exact bootstrap distribution',
    (...[gained, lost, n, low, high]) => {
      const interval = pairedBootstrap(
        [
          ...new Array<number>(gained).fill(1),
          ...new Array<number>(lost).fill(-1),
          ...new Array<number>(n - gained - lost).fill(0),
        ],
        { seed: 5 },
      );
      expect(interval.mean).toBeCloseTo((gained - lost) / n, 14);
      expect(Math.abs(interval.low - low)).toBeLessThanOrEqual(2 / n + 1e-12);
      expect(Math.abs(interval.high - high)).toBeLessThanOrEqual(2 / n + 1e-12);
    },
  );
});

describe("Student's t", () => {
  it.each(reference.student)('exceeds %f at %f degrees as often as SciPy says', (t, degrees, p) => {
    expectRelative(studentTwoSided(t, degrees), p, 1e-9);
  });

  it.each(reference.studentQuantile)(
    'at confidence %f and %f degrees has the quantile that SciPy gives',
    (confidence, degrees, t) => {
      expectRelative(studentQuantile(confidence, degrees), t, 1e-9);
    },
  );
});

describe('bootstrap over seeds and rows', () => {
  it.each(reference.seeds)(
    'has the standard error and degrees of freedom of the two-way tables of variance of statsmodels',
    ({ a, b, mean, standardError, degrees }) => {
      const interval = seedBootstrap(a, b, { seed: 1 });
      expectRelative(interval.mean, mean, 1e-12);
      expectRelative(interval.standardError, standardError, 1e-9);
      expectRelative(interval.degrees, degrees, 1e-9);
    },
  );

  it('repeats itself, turns over with the sides, and is wider than over rows alone where seeds differ', () => {
    const { a, b } = reference.seeds[1]!;
    const interval = seedBootstrap(a, b, { seed: 3 });
    expect(seedBootstrap(a, b, { seed: 3 })).toEqual(interval);
    expect(seedBootstrap(b, a, { seed: 3 }).p).toBeCloseTo(interval.p, 12);
    const rows = a[0]!.map(
      (_, row) =>
        a.reduce((sum, seed) => sum + seed[row]!, 0) / a.length -
        b.reduce((sum, seed) => sum + seed[row]!, 0) / b.length,
    );
    const alone = pairedBootstrap(rows, { seed: 3 });
    expect(interval.high - interval.low).toBeGreaterThan(alone.high - alone.low);
  });

  it('holds zero where one row of many differs with one seed, as its own test says', () => {
    const right = Array.from({ length: 200 }, (_, row) => Number(row < 56));
    const one = right.map((value, row) => (row === 3 ? 0 : value));
    for (const [a, b] of [
      [[right, right, right, one, right], [right]],
      [[right], [right, right, right, one, right]],
    ]) {
      const { low, high, p } = seedBootstrap(a!, b!, { seed: 1 });
      expect(p).toBeGreaterThan(0.3);
      expect([low <= 0, high >= 0]).toEqual([true, true]);
    }
  });

  it('holds the mean always, and zero wherever its own test cannot tell the mean from it', () => {
    const seeds = (rows: number) =>
      fc.array(fc.array(fc.constantFrom(0, 1), { minLength: rows, maxLength: rows }), { minLength: 1, maxLength: 4 });
    const sides = fc.integer({ min: 2, max: 12 }).chain((rows) => fc.tuple(seeds(rows), seeds(rows)));
    fc.assert(
      fc.property(sides, ([a, b]) => {
        const { mean, low, high, p } = seedBootstrap(a, b, { seed: 1, resamples: 200 });
        expect([low <= mean, mean <= high]).toEqual([true, true]);
        if (!(p < 0.05)) expect([low <= 0, high >= 0]).toEqual([true, true]);
      }),
    );
  });

  it('has no width where every seed is always right, and refuses no rows', () => {
    expect(
      seedBootstrap(
        [
          [1, 1],
          [1, 1],
        ],
        [],
        { seed: 0 },
      ),
    ).toMatchObject({ mean: 1, low: 1, high: 1, standardError: 0 });
    expect(() => seedBootstrap([[], []], [], { seed: 0 })).toThrow(RangeError);
  });
});

describe('macro-F1 interval', () => {
  it.each(reference.macroF1)(
    'of one seed is that of NumPy drawing the rows one by one',
    ({ labels, expected, predicted, mean, low, high, deviation }) => {
      const interval = macroF1Interval({ labels, expected, predicted: [predicted] }, { seed: 1, resamples: 4000 });
      expectRelative(interval.mean, mean, 1e-12);
      expect(Math.abs(interval.low - low)).toBeLessThan(deviation / 5);
      expect(Math.abs(interval.high - high)).toBeLessThan(deviation / 5);
    },
  );

  it('of seeds that answer alike is about that of one, and wider where they differ', () => {
    const { labels, expected, predicted } = reference.macroF1[1]!;
    const width = (columns: readonly (readonly number[])[]) => {
      const { low, high } = macroF1Interval({ labels, expected, predicted: columns }, { seed: 1 });
      return high - low;
    };
    const worse = predicted.map((label, row) => (row % 3 === 0 ? (label + 1) % labels : label));
    expect(Math.abs(width([predicted, predicted]) / width([predicted]) - 1)).toBeLessThan(0.15);
    expect(width([predicted, worse])).toBeGreaterThan(width([predicted]));
  });
});

describe('calibration', () => {
  const { probabilities, right, error, counts } = reference.calibration;

  it('has the bins and the error that NumPy counts', () => {
    const { bins, calibrationError } = reliability(probabilities, right)!;
    expect(calibrationError).toBeCloseTo(error, 12);
    expect(bins.map(({ n }) => n)).toEqual(counts.filter((count) => count > 0));
  });

  it('is perfect where answers are as sure as they are right, and says nothing without answers', () => {
    expect(reliability([1, 1, 0.5, 0.5], [1, 1, 1, 0])!.calibrationError).toBe(0);
    expect(reliability([], [])).toBeUndefined();
  });

  it('counts every answer once, whatever its probability', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 }), (all) => {
        expect(
          reliability(
            all,
            all.map(() => 1),
          )!.bins.reduce((sum, { n }) => sum + n, 0),
        ).toBe(all.length);
      }),
    );
  });
});

describe('binomial draws', () => {
  it.each([
    [5, 0.3],
    [40, 0.1],
    [1000, 0.004],
    [1000, 0.4],
    [100_000, 0.97],
  ])('of %i at %f have the mean and variance of the distribution', (n, p) => {
    const random = createRandom(7);
    const draws = Array.from({ length: 20_000 }, () => drawBinomial(n, p, random));
    const mean = draws.reduce((sum, k) => sum + k, 0) / draws.length;
    const variance = draws.reduce((sum, k) => sum + (k - mean) ** 2, 0) / draws.length;
    // Five standard errors of the mean; the variance of 20,000 draws is known to about 1 %.
    expect(Math.abs(mean - n * p)).toBeLessThan(5 * Math.sqrt((n * p * (1 - p)) / draws.length));
    expect(Math.abs(variance / (n * p * (1 - p)) - 1)).toBeLessThan(0.06);
    expect(draws.every((k) => Number.isInteger(k) && k >= 0 && k <= n)).toBe(true);
  });

  it('share out exactly the rows there are', () => {
    const drawn = new Float64Array(4);
    resampleCounts([3, 0, 50, 7], drawn, createRandom(1));
    expect(drawn.reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(drawn[1]).toBe(0);
  });
});

describe('verdicts', () => {
  const better = { mean: 0.2, low: 0.1, high: 0.3 };

  it('are withheld for few rows and single seeds, and say why', () => {
    expect(verdictOn({ difference: better, rows: 14, underSeeded: [], p: 0.001 })).toMatchObject({
      verdict: 'unsaid',
      sentence: expect.stringContaining('14 rows are too few') as string,
    });
    expect(
      verdictOn({
        difference: better,
        rows: 200,
        underSeeded: [
          { name: 'soft', seeds: 1 },
          { name: 'v2', seeds: 2 },
        ],
        p: 0.001,
      }),
    ).toMatchObject({
      verdict: 'unsaid',
      sentence: expect.stringContaining(
        'soft was trained with one seed and v2 was trained with 2 seeds, ' +
          'and another may come out otherwise; 3 seeds are the least',
      ) as string,
    });
  });

  it('need an interval without zero and a corrected p below 0.05', () => {
    expect(verdictOn({ difference: better, rows: 15, underSeeded: [], p: 0.049 }).verdict).toBe('better');
    expect(verdictOn({ difference: { mean: -0.2, low: -0.3, high: -0.1 }, rows: 15, underSeeded: [] }).verdict).toBe(
      'worse',
    );
    expect(
      verdictOn({ difference: { mean: 0.2, low: 0, high: 0.4 }, rows: 15, underSeeded: [], p: 0.001 }).verdict,
    ).toBe('unclear');
    expect(verdictOn({ difference: better, rows: 15, underSeeded: [], p: 0.05 }).verdict).toBe('unclear');
  });

  it('are never given for a difference whose interval holds zero', () => {
    const end = fc.double({ min: -1, max: 1, noNaN: true });
    fc.assert(
      fc.property(end, end, fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (x, y, rows, p) => {
        const difference = { mean: (x + y) / 2, low: Math.min(x, y), high: Math.max(x, y) };
        if (difference.low <= 0 && difference.high >= 0)
          expect(['unclear', 'unsaid']).toContain(verdictOn({ difference, rows, underSeeded: [], p }).verdict);
      }),
    );
  });
});

describe('exact McNemar test', () => {
  it.each(reference.mcnemar)('of %i against %i gives the p of statsmodels mcnemar(exact=True)', (onlyA, onlyB, p) => {
    expectRelative(exactMcNemar(onlyA, onlyB), p, 1e-10);
    expect(exactMcNemar(onlyB, onlyA)).toBe(exactMcNemar(onlyA, onlyB));
  });
});

describe('Holm adjustment', () => {
  it.each(reference.holm)('of %j is what statsmodels multipletests(method="holm") gives', (pValues, expected) => {
    holm(pValues).forEach((p, index) => expect(p).toBeCloseTo(expected[index]!, 14));
    expect(holm(pValues)).toHaveLength(expected.length);
  });
});
