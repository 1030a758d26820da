import type { EvaluationResult } from '../../record/record';
import type { PredictionLine } from '../../store/files/predictionLine';

/** What an evaluation came to. */
export interface EvaluationOutcome {
  readonly result: EvaluationResult;
  readonly predictions: readonly PredictionLine[];
  /** The run that holds the result: the one evaluated, or the one that a hard evaluation leaves. */
  readonly folder?: string;
}
