import { macroF1Interval } from '../scoring/statistics/macroF1Interval';
import { seedBootstrap } from '../scoring/statistics/seedBootstrap';
import { wilsonInterval } from '../scoring/statistics/wilson';
import type { Estimate } from './studyAnalysis';
import type { Outcomes } from './answerColumns';

/** Seed of the resampling, so that the same predictions always give the same interval. */
export const bootstrapSeed = 1;

/** Wilson's interval for one seed, a bootstrap over seeds and rows for several unless all came out alike. */
export function accuracyOf({ rows, right }: Outcomes): Estimate | null {
  if (rows.length === 0) return null;
  if (right.length > 1) {
    const { mean, low, high, standardError } = seedBootstrap(right, [], { seed: bootstrapSeed });
    // Seeds that all have every row right, or none, do not show that the next row must come out so.
    if (standardError > 0) return { mean, low: Math.max(0, low), high: Math.min(1, high) };
  }
  const hits = total(right[0]!);
  const [low, high] = wilsonInterval(hits, rows.length);
  return { mean: hits / rows.length, low, high };
}

/** Mean macro-F1 over the seeds with its bootstrap interval. */
export function macroF1Of({ expected, predicted, rows }: Outcomes): Estimate | null {
  if (rows.length === 0) return null;
  const places = new Map<number, number>();
  const placed = [expected, ...predicted].map((column) =>
    column.map((text) => {
      const place = places.get(text) ?? places.size;
      places.set(text, place);
      return place;
    }),
  );
  return macroF1Interval(
    { labels: places.size, expected: placed[0]!, predicted: placed.slice(1) },
    { seed: bootstrapSeed },
  );
}

/** Whole numbers summed. */
export function total(values: Uint8Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
