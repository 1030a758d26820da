import { describe, expect, it } from 'vitest';
import { localFluencyLoss, type FluencyScore } from '../../../../../src/tuning/search/judging/fluency';
import { pairedGain } from '../../../../../src/tuning/search/judging/instructionScorer';
import { planCost, planRows } from '../../../../../src/tuning/search/judging/rounds';

describe('the rows of an iteration', () => {
  const heats = [
    { rows: 8, keep: 12 },
    { rows: 32, keep: 2 },
  ];
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

  it('decide apart from those that chose, where there are enough', () => {
    const { rounds, deciding } = planRows(upTo(500), heats);
    const chose = new Set(rounds.flatMap(({ rows }) => rows));
    expect(rounds.map(({ rows }) => rows.length)).toEqual([8, 32]);
    expect(deciding.length).toBe(128);
    expect(deciding.some((row) => chose.has(row))).toBe(false);
  });

  it('decide in the number that is asked for', () => {
    const { comparing, deciding } = planRows(upTo(500), heats, 32);
    expect(deciding).toEqual(upTo(500).slice(32, 64));
    expect(comparing).toEqual(deciding);
  });

  it('are all used to decide where there are few', () => {
    const { rounds, deciding } = planRows(upTo(12), heats);
    expect(rounds.map(({ rows }) => rows.length)).toEqual([4, 4]);
    expect(deciding).toEqual(upTo(12));
  });

  it('cost more with every candidate', () => {
    const plan = planRows(upTo(500), heats);
    expect(planCost(plan, 1)).toBe(2 * 8 + 2 * 24 + 6 * 48 + 2 * 80 + 4);
    expect(planCost(plan, 40)).toBe(41 * 8 + 13 * 24 + 7 * 48 + 2 * 80 + 4);
  });
});

describe('a paired gain', () => {
  it("is the mean of the rows' differences with its standard error", () => {
    const losses = (values: readonly number[]): ReadonlyMap<number, number> =>
      new Map(values.map((value, row) => [row, value]));
    const { gain, standardError } = pairedGain(losses([1, 2, 3, 4]), losses([0, 2, 2, 2]), [0, 1, 2, 3]);
    expect(gain).toBe(1);
    expect(standardError).toBeCloseTo(Math.sqrt(2 / 3 / 4), 12);
  });
});

describe('how an edit reads', () => {
  const fluencyScore = (tokens: readonly number[], surprise: readonly number[]): FluencyScore => ({
    tokens,
    surprise,
    fluency: 0,
    instructionTokens: tokens.length,
  });

  it('is judged by the changed tokens and the three behind them', () => {
    const before = fluencyScore([1, 2, 3, 4, 5, 6], [9, 1, 1, 1, 1, 50]);
    expect(localFluencyLoss(fluencyScore([1, 7, 3, 4, 5, 6], [9, 5, 1, 1, 1, 90]), before)).toBe(1);
    expect(localFluencyLoss(fluencyScore([1, 2, 8, 3, 4, 5, 6], [9, 1, 5, 1, 1, 1, 90]), before)).toBe(1);
    expect(localFluencyLoss(fluencyScore([1, 3, 4, 5, 6], [9, 4, 4, 4, 90]), before)).toBe(3);
  });

  it('does not change without an edit', () => {
    expect(localFluencyLoss(fluencyScore([1, 2], [3, 4]), fluencyScore([1, 2], [3, 4]))).toBe(0);
  });
});
