import { caveatsOf, hasLabels, isOnTrainingRows } from '../../runs/record/describeProvenance';
import { largest } from '../../lists';
import type { EvaluationResult, RunRecord } from '../../runs/record/record';
import { mean, standardDeviation } from '../../scoring/statistics/mean';
import type { Study } from './studies';
import type { StudyResults } from './studyResults';

/** What the answers tell better than the records. */
export type AnsweredResults = Pick<
  StudyResults,
  'n' | 'accuracy' | 'accuracyInterval' | 'accuracies' | 'macroF1' | 'macroF1Interval'
>;

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
  const accuracies = results.map(({ accuracy }) => accuracy).filter(Number.isFinite);
  return resultsOf(comparable, {
    n: first.result.n,
    accuracy: meanOver(results, 'accuracy'),
    accuracyInterval: results.length === 1 && accuracies.length === 1 ? (first.result.accuracyInterval ?? null) : null,
    accuracies,
    macroF1: hasLabels(first.result) ? meanOver(results, 'macroF1') : null,
    macroF1Interval: null,
  });
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
  const { accuracies } = answered;
  return {
    ...answered,
    split: first.result.split,
    runs: runs.map(({ id }) => id),
    seeds: runs.map(({ settings }) => settings.seed),
    spread: answered.accuracy !== null && accuracies.length > 1 ? standardDeviation(accuracies) : null,
    labelMass: meanOver(results, 'labelMass'),
    loss: meanOver(results, 'loss'),
    trainedParameters: first.result.trainedParameters,
    seconds: meanOver(results, 'seconds') ?? 0,
    promptTokens: meanOver(results, 'promptTokens') ?? 0,
    secondsPerRow: meanOver(results, 'secondsPerRow'),
    peakMemoryBytes: largest(
      results.map(({ peakMemoryBytes }) => peakMemoryBytes),
      0,
    ),
    trainingRows: first.method === 'hard' ? null : (first.data.train?.rows ?? null),
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

/** Mean of a number over some results; null where one of them lacks it or it is not finite. */
export function meanOver(results: readonly EvaluationResult[], field: NumberField): number | null {
  const values = results.map((result) => result[field]);
  return values.length > 0 && values.every((value): value is number => Number.isFinite(value)) ? mean(values) : null;
}
