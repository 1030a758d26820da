import type { MeanInterval } from '../../scoring/statistics/interval';
import { macroF1Interval } from '../../scoring/statistics/macroF1Interval';
import { seedBootstrap } from '../../scoring/statistics/seedBootstrap';
import { wilsonInterval } from '../../scoring/statistics/wilson';
import type { Outcomes } from './answerColumns';

/** Seed of the resampling, so that the same predictions always give the same interval. */
export const bootstrapSeed = 1;

/**
 * Wilson's interval for one seed, a bootstrap over seeds and rows for several unless all came out alike.
 * @param outcomes with one row or more
 */
export function accuracyInterval({ rows, right }: Outcomes): readonly [low: number, high: number] {
  if (right.length > 1) {
    const { low, high, standardError } = seedBootstrap(right, [], { seed: bootstrapSeed });
    // Seeds that all have every row right, or none, do not show that the next row must come out so.
    if (standardError > 0) return [Math.max(0, low), Math.min(1, high)];
  }
  return wilsonInterval(total(right[0]!), rows.length);
}

/** Mean macro-F1 over the seeds with its bootstrap interval. @param outcomes with one row or more */
export function macroF1Of({ expected, predicted }: Outcomes): MeanInterval {
  const numbers = new Map<number, number>();
  const renumbered = [expected, ...predicted].map((column) =>
    column.map((text) => {
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return number;
    }),
  );
  return macroF1Interval(
    { labels: numbers.size, expected: renumbered[0]!, predicted: renumbered.slice(1) },
    { seed: bootstrapSeed },
  );
}

/** Whole numbers summed. */
export function total(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
