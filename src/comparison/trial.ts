import type { Failure } from '../failure';
import type { MetricLine } from '../runs/store/metricLine';
import type { PredictionLine } from '../runs/store/predictionLine';
import type { RunRecord } from '../runs/store/record';
import type { Method } from '../template/settings/settings';

/** One run of a method: what is kept of it for the comparison. */
export interface Trial {
  readonly record: RunRecord;
  readonly folder: string;
  readonly predictions: readonly PredictionLine[];
  readonly metrics: readonly MetricLine[];
  /** Bytes of `adapter/`. */
  readonly adapterBytes?: number;
}
/** A template under one method, with a trial for each seed. */
export interface Entry {
  readonly task: string;
  readonly file: string;
  readonly template: string;
  readonly method: Method;
  readonly trials: readonly Trial[];
  readonly failure?: Failure;
}
