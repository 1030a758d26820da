import type { MeasuredRecord } from '../study/recordedResults';
import type { MetricLine } from '../../runs/store/files/metricLine';
import type { PredictionLine } from '../../runs/store/files/predictionLine';
import type { RunRecord } from '../../runs/record/record';

/** A run with all that a comparison reads of its folder. */
export interface AnsweredRun {
  readonly record: RunRecord;
  /** An answer to each row that it was measured on; empty while it has none. */
  readonly predictions: readonly PredictionLine[];
  readonly metrics: readonly MetricLine[];
  /** Size of the trained prompt on disk. */
  readonly adapterBytes: number;
}

/** A study with the answers of its runs. */
export interface AnsweredStudy {
  readonly key: string;
  /** Lowest seed first. */
  readonly runs: readonly Pick<AnsweredRun, 'record' | 'predictions'>[];
  /** Bytes of the trained prompt on disk; 0 for a hard prompt. */
  readonly adapterBytes: number;
}

/** A run with a result and the answers that it rests on. */
export interface MeasuredRun {
  readonly record: MeasuredRecord;
  readonly predictions: readonly PredictionLine[];
}
