import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { labelAccuracy } from '../../../src/scoring/metricFace';
import { rankTrials, type RateTrial } from '../../../src/tuning/rankTrials';

const order = (...trials: readonly RateTrial[]): readonly number[] => rankTrials(trials).map(({ rate }) => rate);

describe('the order of rates that were tried', () => {
  it('is that of the loss', () => {
    const trials = [2, 1, 3].map((loss, at): RateTrial => ({ rate: 10 ** at, loss }));
    expect(order(...trials)).toEqual([10, 1, 100]);
  });

  it('goes by the metric that decides before the loss, and by the loss between equals', () => {
    const judged = (rate: number, loss: number, value: number): RateTrial => ({
      rate,
      loss,
      score: { ...labelAccuracy, title: 'F1', name: 'f1', value, rows: 8 },
    });
    expect(order(judged(0.01, 1, 0.2), judged(0.03, 5, 0.6), judged(0.1, 4, 0.6))).toEqual([0.1, 0.03, 0.01]);
  });

  it('has no rate whose training came to no number, whatever the others came to', () => {
    const losses = fc.array(fc.oneof(fc.double({ min: 0, max: 9, noNaN: true }), fc.constantFrom(NaN, Infinity)));
    fc.assert(
      fc.property(losses, (all) => {
        const trials = all.map((loss, rate): RateTrial => ({ rate, loss }));
        const ranked = rankTrials(trials);
        const sorted = all.filter(Number.isFinite).sort((one, other) => one - other);
        expect(ranked.map(({ loss }) => loss)).toEqual(sorted);
      }),
    );
  });
});
