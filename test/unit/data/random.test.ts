import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { below, createRandom, normal, restoreRandom, shuffle } from '../../../src/data/random';

describe('random numbers', () => {
  /** Reference vector of xoshiro128** for the state 1, 2, 3, 4, as in the tests of the Rust crate rand_xoshiro. */
  it('follow the published sequence of xoshiro128**, two outputs a number', () => {
    const outputs = [
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ];
    const random = restoreRandom([1, 2, 3, 4]);
    for (let pair = 0; pair < outputs.length; pair += 2) {
      const high = BigInt(outputs[pair]!) >> 5n;
      const low = BigInt(outputs[pair + 1]!) >> 6n;
      expect(random.next()).toBe(Number((high << 26n) | low) / 2 ** 53);
    }
  });

  /**
   * SplitMix64 of seed 1234567 begins 6457827717110365317, 3203168211198807973 (Rosetta Code, "Pseudo-random
   * numbers/Splitmix64").
   */
  it('start from the published outputs of SplitMix64, low word first', () => {
    const halves = [6457827717110365317n, 3203168211198807973n].flatMap((output) => [
      Number(output % 2n ** 32n),
      Number(output / 2n ** 32n),
    ]);
    expect(createRandom(1234567).state()).toEqual(halves);
  });

  it('continue from a saved state as if never interrupted', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.nat(50), (seed, drawn) => {
        const random = createRandom(seed);
        for (let draw = 0; draw < drawn; draw++) random.next();
        const restored = restoreRandom(JSON.parse(JSON.stringify(random.state())) as number[]);
        for (let draw = 0; draw < 20; draw++) expect(restored.next()).toBe(random.next());
      }),
    );
  });

  it('lie in [0, 1) with the moments of a uniform variable', () => {
    const random = createRandom(7);
    const numbers = Array.from({ length: 100_000 }, () => random.next());
    expect(numbers.every((number) => number >= 0 && number < 1)).toBe(true);
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / numbers.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  it('make normal draws of mean 0, variance 1 and kurtosis 3', () => {
    const random = createRandom(8);
    const draws = Array.from({ length: 200_000 }, () => normal(random));
    const moment = (power: number) => draws.reduce((sum, draw) => sum + draw ** power, 0) / draws.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.012);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.016);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.12);
  });

  it('give every number below a bound', () => {
    const random = createRandom(9);
    const seen = new Set(Array.from({ length: 500 }, () => below(random, 7)));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('shuffle into every order about equally often, leaving the given items alone', () => {
    const random = createRandom(10);
    const items = ['a', 'b', 'c'];
    const orders = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = shuffle(items, random).join('');
      orders.set(order, (orders.get(order) ?? 0) + 1);
    }
    expect(items).toEqual(['a', 'b', 'c']);
    expect(orders.size).toBe(6);
    for (const frequency of orders.values()) expect(Math.abs(frequency - 1000)).toBeLessThan(150);
  });

  it('refuse seeds that are not whole numbers and states that are not four words', () => {
    for (const seed of [0.5, NaN, Infinity, 2 ** 53]) expect(() => createRandom(seed)).toThrow(RangeError);
    for (const state of [
      [1, 2, 3],
      [0, 0, 0, 0],
      [1, 2, 3, -4],
      [1, 2, 3, 2 ** 32],
      [1, 2, 3, 0.5],
    ]) {
      expect(() => restoreRandom(state)).toThrow(RangeError);
    }
  });
});
