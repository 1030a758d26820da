import { accuracyOf, decidingOf, type MetricResults, type StudyResults } from './study/studyResults';
import type { StudyDifference } from './analysis/studyAnalysis';
import type { StudyComparison, TaskComparison } from './taskComparison';

/**
 * The comparisons in full. Names of fields are read by other programs, so they stay; studies are meant by their first
 * run.
 */
export function comparisonJson(tasks: readonly TaskComparison[]): string {
  return `${JSON.stringify(tasks.map(taskJson), null, 2)}\n`;
}

function taskJson({ name, studies, baseline, ...rest }: TaskComparison): object {
  const reference = studies.find(({ key }) => key === baseline);
  return {
    task: name,
    studies: studies.map(studyJson),
    baseline: reference ? publicKey(reference) : null,
    dropped: rest.dropped,
    notes: rest.notes,
    warnings: rest.warnings,
    majorities: rest.majorities,
    settings: rest.settings.map(({ name: setting, values }) => ({ name: setting, values })),
  };
}

/** The first run of a study, by which other programs know it. */
export function publicKey({ runs }: StudyComparison): string {
  return runs[0].id;
}

function studyJson(study: StudyComparison): object {
  const { results, difference } = study;
  const score = results && decidingOf(results);
  return {
    key: publicKey(study),
    name: study.name,
    method: study.method,
    template: study.template,
    status: study.status,
    runs: results?.runs ?? [],
    seeds: results?.seeds ?? [],
    split: results?.split ?? null,
    n: results?.n ?? null,
    accuracy: metricEstimate(accuracyOf(results)),
    accuracies: score?.values ?? [],
    spread: score?.spread ?? null,
    metrics: Object.fromEntries((results?.metrics ?? []).map((metric) => [metric.name, metricJson(metric, study)])),
    macroF1: estimate(results?.macroF1, results?.macroF1Interval),
    provenance: results && {
      shared: results.shared,
      onTrainingRows: results.onTrainingRows,
      selection: results.selection,
      shortened: results.shortened,
      caveats: results.caveats,
    },
    ...costs(results),
    adapterBytes: study.method === 'answers' ? null : study.adapterBytes,
    ...(study.runs[0].given && { given: study.runs[0].given }),
    difference: difference && differenceJson(difference),
    without: study.withoutDifference,
    confusion: study.confusion && { labels: study.confusion.labels, counts: study.confusion.counts },
    reliability: study.reliability,
    fields: study.fields,
    notes: study.notes,
  };
}

const metricEstimate = (metric: MetricResults | null): object | null =>
  metric && estimate(metric.value, metric.interval);

/** A metric's value, seed by seed and against the baseline. */
function metricJson({ name, value, interval, values, spread, failed, ...face }: MetricResults, study: StudyComparison) {
  const difference = study.differences.find(({ metric }) => metric === name);
  return {
    value,
    interval,
    values,
    spread,
    failed,
    scale: face.scale,
    better: face.better,
    difference: difference ? differenceJson(difference) : null,
  };
}

const differenceJson = (difference: StudyDifference): object => ({
  ...difference,
  sentence: undefined,
  words: difference.sentence,
});

function costs(results: StudyResults | null): object {
  return {
    labelMass: results?.labelMass ?? null,
    loss: results?.loss ?? null,
    trainedParameters: results?.trainedParameters ?? null,
    seconds: results?.seconds ?? null,
    promptTokens: results?.promptTokens ?? null,
    secondsPerRow: results?.secondsPerRow ?? null,
    peakMemoryBytes: results?.peakMemoryBytes ?? null,
    trainingRows: results?.trainingRows ?? null,
  };
}

function estimate(mean: number | null | undefined, ends: MetricResults['interval'] | undefined): object | null {
  return mean === null || mean === undefined ? null : { mean, low: ends?.[0] ?? null, high: ends?.[1] ?? null };
}
