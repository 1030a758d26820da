import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelAccuracy } from '../../../src/scoring/metricFace';
import { rankTrials, type RateTrial } from '../../../src/tuning/rankTrials';

const trial = (rate: number, losses: readonly number[]): RateTrial => ({
  rate,
  losses,
  loss: losses.reduce((sum, loss) => sum + loss, 0) / losses.length,
});
const order = (...trials: readonly RateTrial[]): readonly number[] => rankTrials(trials).map(({ rate }) => rate);

describe('the order of rates that were tried', () => {
  it('is that of the loss where the rows tell rates apart', () => {
    expect(order(trial(0.01, [2, 3, 1]), trial(0.1, [1.2, 2.1, 0.1]), trial(1, [3, 3.9, 2.1]))).toEqual([0.1, 0.01, 1]);
  });

  it('has the highest rate first of those that differ by less than the noise of the same rows', () => {
    const low = trial(0.01, [1, 2, 3, 4]);
    expect(order(low, trial(0.1, [1.5, 1.6, 3.5, 3.5]), trial(1, [9, 9, 9, 9]))).toEqual([0.1, 0.01, 1]);
    // As much worse in the mean, but in every row.
    expect(order(low, trial(0.1, [1.025, 2.026, 3.025, 4.025]))).toEqual([0.01, 0.1]);
  });

  it('goes by the metric that decides before the loss, and by the loss between equals', () => {
    const judged = (rate: number, loss: number, value: number): RateTrial => ({
      ...trial(rate, [loss, loss]),
      score: { ...labelAccuracy, title: 'F1', name: 'f1', value, rows: 8 },
    });
    expect(order(judged(0.01, 1, 0.2), judged(0.03, 5, 0.6), judged(0.1, 4, 0.6))).toEqual([0.1, 0.03, 0.01]);
  });

  it('has no rate whose training came to no number, whatever the others came to', () => {
    const losses = fc.array(fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constantFrom(NaN, Infinity)), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(fc.array(losses, { minLength: 1, maxLength: 6 }), (all) => {
        const trials = all.map((rows, at) => trial(at + 1, rows));
        const ranked = rankTrials(trials);
        expect(new Set(ranked)).toEqual(new Set(trials.filter(({ loss }) => Number.isFinite(loss))));
      }),
    );
  });
});
