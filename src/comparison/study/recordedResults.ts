import { caveatsOf, hasLabels, isOnTrainingRows } from '../../runs/record/words/describeProvenance';
import { largest } from '../../lists';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { trains } from '../../runs/record/words/recordWords';
import { mean, standardDeviation } from '../../scoring/statistics/mean';
import type { Study } from './studies';
import { measuredMetrics, type NamedMetric } from '../../runs/record/measuredMetrics';
import { faceOf, type MetricFace } from '../../scoring/metricFace';
import type { MetricResults, StudyResults } from './studyResults';

/** What the answers tell better than the records. */
export type AnsweredResults = Pick<StudyResults, 'n' | 'metrics' | 'macroF1' | 'macroF1Interval'>;

/** A run that has a result. */
export type MeasuredRecord = RunRecord & Required<Pick<RunRecord, 'result'>>;

export function isMeasured(run: RunRecord): run is MeasuredRecord {
  return run.result !== undefined;
}

/** What the records of a study's runs tell. @returns null while no run has a result */
export function recordedResults({ runs }: Study): StudyResults | null {
  const comparable = onSameRows(runs.filter(isMeasured));
  const [first] = comparable;
  if (!first) return null;
  const results = comparable.map(({ result }) => result);
  return resultsOf(comparable, {
    n: first.result.n,
    metrics: recordedMetrics(results),
    macroF1: hasLabels(first.result) ? meanOver(results, 'macroF1') : null,
    macroF1Interval: null,
  });
}

/** By the metrics of the first result that all have. */
export function recordedMetrics(results: readonly EvaluationResult[]): readonly MetricResults[] {
  const measured = results.map(measuredMetrics);
  return measured[0]!.flatMap((face): readonly MetricResults[] => {
    const ofSeeds = measured.map((metrics) => metrics.find(({ name }) => name === face.name));
    if (!ofSeeds.every((metric) => metric !== undefined)) return [];
    const [only] = ofSeeds.length === 1 ? ofSeeds : [];
    const values = ofSeeds.map(({ value }) => value).filter(Number.isFinite);
    const interval = only && values.length === 1 ? only.interval : null;
    return [
      metricResults(face, values.length === results.length ? values : [], { interval, failed: failedOf(ofSeeds) }),
    ];
  });
}

/** What seeds came to by one metric. @param values of each seed; none where there is no number */
export function metricResults(
  face: MetricFace,
  values: readonly number[],
  known: Pick<MetricResults, 'interval' | 'failed'> & { readonly value?: number },
): MetricResults {
  return {
    ...faceOf(face),
    value: known.value ?? (values.length > 0 ? mean(values) : null),
    values,
    interval: known.interval,
    spread: values.length > 1 ? standardDeviation(values) : null,
    failed: known.failed,
  };
}

/** Rows of all seeds that a metric could not judge, with the first reason. */
export function failedOf(seeds: readonly Pick<NamedMetric, 'failed'>[]): MetricResults['failed'] {
  const failed = seeds.flatMap((seed) => seed.failed ?? []);
  const [first] = failed;
  return first ? { rows: failed.reduce((sum, { rows }) => sum + rows, 0), reason: first.reason } : null;
}

/** The runs that were measured on the same split of the same data as the first. */
function onSameRows(runs: readonly MeasuredRecord[]): readonly MeasuredRecord[] {
  return runs.filter((run) => isSameSource(sourceOf(run), sourceOf(runs[0]!)));
}

/** Which rows a run was measured on. */
export interface DataSource {
  readonly split: EvaluationResult['split'];
  /** Hash of the data file; undefined for records of earlier versions. */
  readonly data: string | undefined;
}

export function sourceOf({ result: { split }, data }: MeasuredRecord): DataSource {
  return { split, data: data[split]?.sha256 };
}

export function isSameSource(a: DataSource, b: DataSource): boolean {
  return a.split === b.split && a.data === b.data;
}

/** @param runs those measured on the same rows, at least one */
export function resultsOf(runs: readonly MeasuredRecord[], answered: AnsweredResults): StudyResults {
  const [first] = runs as readonly [MeasuredRecord, ...MeasuredRecord[]];
  const results = runs.map(({ result }) => result);
  return {
    ...answered,
    split: first.result.split,
    runs: runs.map(({ id }) => id),
    seeds: first.method === 'answers' ? [] : runs.map(({ settings }) => settings.seed),
    labelMass: meanOver(results, 'labelMass'),
    loss: meanOver(results, 'loss'),
    trainedParameters: meanOver([first.result], 'trainedParameters'),
    seconds: meanOver(results, 'seconds'),
    promptTokens: meanOver(results, 'promptTokens'),
    secondsPerRow: meanOver(results, 'secondsPerRow'),
    peakMemoryBytes: mostOver(results, 'peakMemoryBytes'),
    trainingRows: !trains(first.method) ? null : (first.data.train?.rows ?? null),
    shared: first.result.provenance?.shared ?? null,
    onTrainingRows: results.some(isOnTrainingRows),
    selection: first.result.provenance?.selection ?? null,
    shortened: largest(
      results.map(({ provenance }) => provenance?.shortened ?? 0),
      0,
    ),
    caveats: [...new Set(results.flatMap(caveatsOf))],
  };
}

type NumberField = {
  [K in keyof EvaluationResult]-?: EvaluationResult[K] extends number | undefined ? K : never;
}[keyof EvaluationResult];

/** The largest of a number over some results; null where one of them lacks it. */
function mostOver(results: readonly EvaluationResult[], field: NumberField): number | null {
  return meanOver(results, field) === null ? null : largest(results.map((result) => result[field] ?? Number.NaN));
}

/** Mean of a number over some results; null where one of them lacks it or it is not finite. */
export function meanOver(results: readonly EvaluationResult[], field: NumberField): number | null {
  const values = results.map((result) => result[field]);
  return values.length > 0 && values.every((value): value is number => Number.isFinite(value)) ? mean(values) : null;
}
