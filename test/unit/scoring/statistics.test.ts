import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { holm } from '../../../src/scoring/statistics/holm';
import { exactMcNemar } from '../../../src/scoring/statistics/mcnemar';
import { normalQuantile } from '../../../src/scoring/statistics/normal';
import { pairedBootstrap } from '../../../src/scoring/statistics/pairedBootstrap';
import { wilsonInterval } from '../../../src/scoring/statistics/wilson';

function expectRelative(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance * Math.abs(expected));
}

describe('normal quantile', () => {
  it.each([
    [1e-300, -37.0470962993612], [1e-20, -9.262340089798409], [1e-5, -4.264890793922825], [0.01, -2.3263478740408408],
    [0.05, -1.6448536269514729], [0.08, -1.4050715603096329], [0.3, -0.5244005127080409], [0.5, 0], [0.7, 0.5244005127080407],
    [0.975, 1.959963984540054], [0.995, 2.5758293035489004], [0.9999999, 5.199337582290661],
  ])('of %f is what scipy.stats.norm.ppf (SciPy 1.17.1) gives', (p, expected) => {
    expectRelative(normalQuantile(p), expected, 1e-13);
  });

  it('refuses what is no probability', () => {
    for (const p of [0, 1, -0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(RangeError);
  });
});

describe('Wilson interval', () => {
  it.each([
    [0, 10, 0.95, 0, 0.2775327998628892], [10, 10, 0.95, 0.7224672001371107, 1], [45, 60, 0.95, 0.6276792992295218, 0.8422347746994333],
    [1, 3, 0.95, 0.06149194472039621, 0.7923403991979522], [873, 1000, 0.99, 0.8433971905924644, 0.897685800389594],
    [5, 8, 0.9, 0.34799143840473257, 0.8388276622393266], [50000, 100000, 0.95, 0.49690108435968966, 0.5030989156403103],
  ])('of %i of %i at %f is what statsmodels 0.15 proportion_confint(method="wilson") gives', (...[successes, n, confidence, ...expected]) => {
    wilsonInterval(successes, n, confidence).forEach((end, index) => expectRelative(end, expected[index]!, 1e-12));
  });

  it('says nothing when nothing was seen, and lies within [0, 1] around the rate otherwise', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
    fc.assert(fc.property(fc.nat(5000), fc.nat(5000), (right, wrong) => {
      const n = right + wrong;
      const [low, high] = wilsonInterval(right, n);
      const rate = n === 0 ? 0.5 : right / n;
      expect(0 <= low && low <= rate && rate <= high && high <= 1).toBe(true);
    }));
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

  /** Expected: scipy.stats.bootstrap(method='percentile', n_resamples=200000), SciPy 1.17.1; means of correctness lie on a grid of 1/30. */
  it('agrees with SciPy on differences of correctness to one step of the grid', () => {
    const { mean, low, high } = pairedBootstrap(correctness, { seed: 1 });
    expect(mean).toBeCloseTo(0.3, 14);
    expect(Math.abs(low - 0.06666666666666667)).toBeLessThanOrEqual(1 / 30 + 1e-12);
    expect(Math.abs(high - 0.5333333333333333)).toBeLessThanOrEqual(1 / 30 + 1e-12);
  });

  /** The quantiles of 50000 resamples have a standard error near 0.002 (standard error of the mean 0.173). */
  it.each([[0.95, -0.0815, 0.59833], [0.8, 0.036, 0.48083]])('agrees with SciPy on differences of loss at %f', (confidence, low, high) => {
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

describe('exact McNemar test', () => {
  it.each([
    [0, 0, 1], [1, 0, 1], [5, 0, 0.0625], [8, 2, 0.109375], [3, 12, 0.03515625], [25, 25, 1], [26, 25, 1],
    [1000, 900, 0.023108845108901193], [40, 0, 1.8189894035458565e-12], [2000, 1500, 2.942363832253349e-17],
  ])('of %i against %i gives the p of statsmodels 0.15 mcnemar(exact=True)', (onlyA, onlyB, p) => {
    expectRelative(exactMcNemar(onlyA, onlyB), p, 1e-10);
    expect(exactMcNemar(onlyB, onlyA)).toBe(exactMcNemar(onlyA, onlyB));
  });
});

describe('Holm adjustment', () => {
  it.each([
    [[0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]], [[0.2, 0.9, 0.5], [0.6, 1, 1]], [[0.02, 0.02, 0.02], [0.06, 0.06, 0.06]],
    [[0.001], [0.001]],
  ])('of %j is what statsmodels 0.15 multipletests(method="holm") gives', (pValues, expected) => {
    holm(pValues).forEach((p, index) => expect(p).toBeCloseTo(expected[index]!, 14));
    expect(holm(pValues)).toHaveLength(expected.length);
  });
});
