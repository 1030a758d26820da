import { isOnTrainingRows } from '../../runs/record/describeProvenance';
import { macroF1Interval } from '../../scoring/statistics/macroF1Interval';
import type { MeanInterval } from '../../scoring/statistics/interval';
import { metricEstimate, metricValue } from '../../scoring/statistics/metricScores';
import { measuredMetrics } from '../../runs/record/measuredMetrics';
import { failedOf, metricResults } from '../study/recordedResults';
import type { MetricResults } from '../study/studyResults';
import type { Outcomes } from './answerColumns';
import { judgedRows, scoresAt } from '../../scoring/metricColumn';
import type { StudyColumn } from './metricColumns';

/** Seed of the resampling, so that the same predictions always give the same interval. */
const bootstrapSeed = 1;

/** What the study comes to by each of its metrics, over the rows that it could judge in every seed. */
export function estimatesOf(outcomes: Outcomes): readonly MetricResults[] {
  return outcomes.metrics.map((column) => estimateOf(column, outcomes));
}

function estimateOf(column: StudyColumn, { runs }: Outcomes): MetricResults {
  const { metric } = column;
  const failed = failedOf(
    runs.flatMap(({ record }) => measuredMetrics(record.result).filter(({ name }) => name === metric.name)),
  );
  const positions = judgedRows(column);
  if (positions.length === 0) return metricResults(metric, [], { interval: null, failed });
  const scores = scoresAt(column, positions);
  const { mean, low, high } = metricEstimate(scores);
  const values = scores.rows.map((seed, s) =>
    metricValue({
      rows: [seed],
      ...(scores.counted && { counted: { ...scores.counted, seeds: [scores.counted.seeds[s]!] } }),
    }),
  );
  const isTrained = runs.some(({ record: { result } }) => isOnTrainingRows(result));
  return metricResults(metric, values, { value: mean, interval: isTrained ? null : [low, high], failed });
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
