import { decidingMetric } from '../../record/measuredMetrics';
import { decimals } from '../../../words/formatNumbers';
import type { HostedFacts } from '../../../endpoint/plan/hostedFacts';
import type { Evaluation } from '../../../scoring/evaluate';
import type { RecordedConstraint } from '../../../scoring/recordedConstraint';
import { isOnTrainingRows } from '../../record/words/describeProvenance';
import type { RecordedForm } from '../../../objective/recordedForm';
import type { Provenance } from '../../record/provenance';
import type { EvaluationResult } from '../../record/record';
import type { RunMethod, Split } from '../../record/words/recordWords';

/** What an evaluation cannot know of itself. */
export interface EvaluationContext {
  readonly method: RunMethod;
  readonly split: Split;
  readonly trainedParameters: number;
  /** Seconds of the whole run, training included. */
  readonly seconds: number;
  readonly peakMemoryBytes: number;
  readonly run: string | null;
  /** Absent where the prompts are not known. */
  readonly form?: RecordedForm;
  readonly constraint?: RecordedConstraint;
  /** Where it was measured on a model that runs elsewhere. */
  readonly hosted?: HostedFacts;
  readonly provenance: Provenance;
}

/** The numbers that are kept and shown of an evaluation. */
export function resultOf(evaluation: Evaluation, context: EvaluationContext): EvaluationResult {
  const {
    n,
    accuracy,
    accuracyInterval,
    macroF1,
    metrics,
    fields,
    loss,
    tokenLoss,
    labelMass,
    likeliest,
    majority,
    tokensPerSecond,
    promptTokens,
    seconds: evaluationSeconds,
  } = evaluation;
  return {
    ...context,
    n,
    accuracy,
    ...(!isOnTrainingRows({ ...context, n }) && { accuracyInterval }),
    macroF1,
    ...(metrics && { metrics: isOnTrainingRows({ ...context, n }) ? withoutIntervals(metrics) : metrics }),
    ...(fields && { fields }),
    loss,
    tokenLoss,
    ...(labelMass !== undefined && { labelMass }),
    ...(likeliest && { likeliest }),
    ...(majority && { majority }),
    tokensPerSecond,
    promptTokens,
    secondsPerRow: evaluationSeconds / n,
  };
}

/** Of rows that were trained on an interval says nothing. */
const withoutIntervals = (metrics: NonNullable<Evaluation['metrics']>): EvaluationResult['metrics'] =>
  Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, { ...metric, interval: undefined }]));

/** What decides and the loss, for the log: `f1 0.4120, loss 0.8300 on test`. */
export function resultText(result: EvaluationResult): string {
  const { name, value } = decidingMetric(result);
  return `${name} ${decimals(value, 4)}, loss ${decimals(result.loss, 4)} on ${result.split}`;
}
