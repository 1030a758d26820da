import { isFlag, isNumber, isText, listOf, nullable, object, tuple, type Infer } from '../../channel/guards';
import { isSelection, isShared } from '../../runs/record/provenance';
import { advantage, exactMatch, labelAccuracy, metricFace } from '../../scoring/metricFace';
import { isSplit } from '../../runs/record/words/recordWords';

const isInterval = tuple(isNumber, isNumber);

/** What a study came to by one metric. */
export const isMetricResults = object({
  ...metricFace,
  /** Mean over the seeds. */
  value: nullable(isNumber),
  /**
   * 95 %: Wilson's interval for the rights and wrongs of one seed, else a bootstrap over seeds and rows.
   * Null for several seeds whose answers are not read.
   */
  interval: nullable(isInterval),
  /** Of each seed. */
  values: listOf(isNumber),
  /** Standard deviation of those (n − 1); null for one seed. */
  spread: nullable(isNumber),
  /** Rows that it could not judge, over all seeds, and why; null where there are none. */
  failed: nullable(object({ rows: isNumber, reason: isText })),
});
export type MetricResults = Infer<typeof isMetricResults>;

/**
 * What a study came to: means over its seeds. Rates are fractions, losses nats; null is a value that there is not,
 * because the task has none, a run of an earlier version did not measure it, or it is not a number.
 */
export const isStudyResults = object({
  split: isSplit,
  /** Rows that all seeds were measured on. */
  n: isNumber,
  /** Runs that were measured on these rows, lowest seed first, and their seeds; answers from elsewhere have none. */
  runs: listOf(isText),
  seeds: listOf(isNumber),
  /** By each metric that all of them were measured by; the first decides. */
  metrics: listOf(isMetricResults),
  /** Null for a task whose answers are not labels. */
  macroF1: nullable(isNumber),
  /** 95 %, by a bootstrap over the rows; null while the answers are not read. */
  macroF1Interval: nullable(isInterval),
  /** Mean probability of all label words together; null for free text, and in runs of earlier versions. */
  labelMass: nullable(isNumber),
  loss: nullable(isNumber),
  /** This and what follows: null for answers that were not produced here. */
  trainedParameters: nullable(isNumber),
  /** Of a whole run, training included. */
  seconds: nullable(isNumber),
  promptTokens: nullable(isNumber),
  /** Time of the evaluation for a row, the model loaded. */
  secondsPerRow: nullable(isNumber),
  /** The largest. */
  peakMemoryBytes: nullable(isNumber),
  /** Rows that were trained on; null for a hard prompt. */
  trainingRows: nullable(isNumber),
  /** Rows measured that the other splits have too; null where it is not known. */
  shared: nullable(isShared),
  /** Whether the rows measured are those of train: then there is no interval and no verdict. */
  onTrainingRows: isFlag,
  /** How the prompt was trained and chosen; null where nothing was, or where it is not known. */
  selection: nullable(isSelection),
  /** Rows measured whose longest value was shortened. */
  shortened: isNumber,
  /** What must stand beside the numbers because of the rows they were measured on; empty where there is nothing. */
  caveats: listOf(isText),
});
export type StudyResults = Infer<typeof isStudyResults>;

/** What a study came to by the metric of a name; null where not all of its runs were measured by it. */
export function metricOf(results: StudyResults | null, name: string | undefined): MetricResults | null {
  return results?.metrics.find((metric) => metric.name === name) ?? null;
}

/** What decides of a study. */
export function decidingOf(results: StudyResults): MetricResults {
  return results.metrics[0]!;
}

/** Orders results by what decides, the best first; those that are judged by unlike metrics, or by none, stay. */
export function byDeciding(
  { results: a }: { readonly results: StudyResults },
  { results: b }: { readonly results: StudyResults },
): number {
  const [one, other] = [decidingOf(a), decidingOf(b)];
  if (one.name !== other.name || one.value === null || other.value === null) return 0;
  return -(advantage(one, one.value, other.value) || 0);
}

/** The share of right answers is known by either name: of labels, or of texts. */
export const isRightShare = ({ name }: Pick<MetricResults, 'name'>): boolean =>
  name === labelAccuracy.name || name === exactMatch.name;

/** The share of right answers; null where it was not measured. */
export const accuracyOf = (results: StudyResults | null): MetricResults | null =>
  results?.metrics.find(isRightShare) ?? null;
