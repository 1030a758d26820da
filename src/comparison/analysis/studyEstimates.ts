import { isOnTrainingRows } from '../../runs/record/words/describeProvenance';
import { macroF1Interval } from '../../scoring/statistics/macroF1Interval';
import type { MeanInterval } from '../../scoring/statistics/interval';
import { metricEstimate, metricValue } from '../../scoring/statistics/metricScores';
import { measuredMetrics } from '../../runs/record/measuredMetrics';
import { failedOf, metricResults } from '../study/recordedResults';
import type { MetricResults } from '../study/studyResults';
import type { Outcomes, TextNumbers } from './answerColumns';
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

/**
 * Mean macro-F1 over the seeds with its bootstrap interval. Answers that are none of the labels count against the
 * row's label alone, and are no label of their own.
 * @param outcomes with one row or more
 */
export function macroF1Of({ expected, predicted, runs }: Outcomes, { texts }: TextNumbers): MeanInterval {
  const labels = new Set(Object.keys(runs[0]!.record.settings.labels).map((label) => label.trim()));
  const given = [...new Set(predicted.flatMap((seed) => [...new Set(seed)]))];
  const [listed, others] = [new Set(expected), new Set<number>()];
  for (const text of given) (labels.has(texts[text]!) || labels.size === 0 ? listed : others).add(text);
  const order = new Map([...new Set([...listed, ...others])].map((text, number) => [text, number]));
  const numbered = (column: Uint32Array): Uint32Array => column.map((text) => order.get(text)!);
  return macroF1Interval(
    { labels: order.size, averaged: listed.size, expected: numbered(expected), predicted: predicted.map(numbered) },
    { seed: bootstrapSeed },
  );
}
