import { describe, expect, it } from 'vitest';
import { batchAt, epochOrder, nextPosition, type Position } from '../../../../src/tuning/order';
import { streamFor } from '../../../../src/data/random';
import { scheduledRate } from '../../../../src/tuning/optimizer/schedule';
import { trialRates } from '../../../../src/tuning/optimizer/trialRates';

describe('the learning rate', () => {
  it('rises linearly over the warm-up, given in steps or as a share of all steps', () => {
    const steps = { schedule: 'constant', steps: 10 } as const;
    expect([0, 1, 2, 3, 4].map((step) => scheduledRate(step, 1, { ...steps, warmup: 4 }))).toEqual([
      0.25, 0.5, 0.75, 1, 1,
    ]);
    expect(scheduledRate(1, 1, { ...steps, warmup: 0.4 })).toBe(0.5);
    expect(scheduledRate(0, 1, { ...steps, warmup: 0 })).toBe(1);
  });

  it('falls to zero at the end, in a line or along a cosine', () => {
    const at = (schedule: 'linear' | 'cosine', step: number): number =>
      scheduledRate(step, 2, { schedule, warmup: 0, steps: 100 });
    expect([0, 50, 75, 100].map((step) => at('linear', step))).toEqual([2, 1, 0.5, 0]);
    expect(at('cosine', 50)).toBeCloseTo(1, 12);
    expect(at('cosine', 100)).toBeCloseTo(0, 12);
    expect(at('cosine', 25)).toBeCloseTo(1 + Math.SQRT1_2, 12);
  });

  it('is tried at several values, smaller ones through a network', () => {
    const setting = { method: 'soft', optimizer: 'adamw', projection: false } as const;
    expect(Math.max(...trialRates({ ...setting, method: 'v1' }))).toBeLessThan(Math.max(...trialRates(setting)));
    expect(trialRates({ ...setting, method: 'v2', projection: true })).toEqual(
      trialRates({ ...setting, method: 'v1' }),
    );
  });
});

describe('the order of the rows', () => {
  const rows = 37;
  const epochs = (seed: number, batchSize: number, count: number): readonly (readonly number[])[] => {
    const batches: number[][] = [];
    let position: Position = { epoch: 0, batch: 0 };
    while (position.epoch < count) {
      batches.push([...batchAt(epochOrder(rows, seed, position.epoch), position, batchSize)]);
      position = nextPosition(position, rows, batchSize);
    }
    return batches;
  };

  it.each([[1], [2], [4], [5], [50]])('takes every row once an epoch in batches of %i', (batchSize) => {
    const seen = epochs(3, batchSize, 1)
      .flat()
      .sort((a, b) => a - b);
    expect(seen).toEqual(Array.from({ length: rows }, (_, row) => row));
  });

  it('is that of the seed, and another in the next epoch', () => {
    expect(epochs(3, 4, 2)).toEqual(epochs(3, 4, 2));
    expect(epochs(4, 4, 2)).not.toEqual(epochs(3, 4, 2));
    const both = epochs(3, 4, 2);
    expect(both.slice(0, both.length / 2)).not.toEqual(both.slice(both.length / 2));
  });

  it('draws from streams that differ by purpose', () => {
    expect(streamFor(1, 2).next()).not.toBe(streamFor(1, 3).next());
    expect(streamFor(1, 2).next()).toBe(streamFor(1, 2).next());
  });
});
