import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitRows } from '../../../src/data/split';

describe('splitting rows', () => {
  it('puts every row into exactly one split, of the size its fraction asks for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 400 }),
        fc.integer(),
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 0, max: 40 }),
        (...[count, seed, devPercent, testPercent]) => {
          const { train, dev, test } = splitRows(count, { dev: devPercent / 100, test: testPercent / 100 }, seed);
          expect([...train, ...dev, ...test].sort((a, b) => a - b)).toEqual(
            Array.from({ length: count }, (_, row) => row),
          );
          expect(dev.length).toBe(devPercent === 0 ? 0 : Math.max(1, Math.round(count * (devPercent / 100))));
          expect(test.length).toBe(testPercent === 0 ? 0 : Math.max(1, Math.round(count * (testPercent / 100))));
        },
      ),
    );
  });

  it('is the same for the same seed, another for another, and no plain cut', () => {
    const of = (seed: number) => splitRows(100, { dev: 0.1, test: 0.2 }, seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1).test).not.toEqual(of(2).test);
    expect(of(1).test.at(-1)! - of(1).test[0]!).toBeGreaterThan(50);
  });

  it('gives each part that is asked for at least one row', () => {
    const { train, dev, test } = splitRows(3, { dev: 0.01, test: 0.01 }, 0);
    expect([train.length, dev.length, test.length]).toEqual([1, 1, 1]);
  });

  it('refuses fractions and counts that leave nothing to train on', () => {
    expect(() => splitRows(10, { dev: 0.5, test: 0.5 }, 0)).toThrow(expect.objectContaining({ code: 'data-split' }));
    expect(() => splitRows(10, { dev: -0.1, test: 0.5 }, 0)).toThrow(expect.objectContaining({ code: 'data-split' }));
    expect(() => splitRows(2, { dev: 0.1, test: 0.1 }, 0)).toThrow(expect.objectContaining({ code: 'data-split' }));
  });
});
