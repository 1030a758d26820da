import { anyOf, isNumber, object, optional, type Infer } from '../../../channel/guards';
import { isDevScore } from '../../../scoring/devScore';
import { isStoredNumber } from '../../../channel/storedNumber';

/** A line of `metrics.jsonl`: a training step, or an evaluation on dev. */
export const isMetric = anyOf(
  object({
    step: isNumber,
    loss: isStoredNumber,
    learningRate: isStoredNumber,
    gradientNorm: isStoredNumber,
    examplesPerSecond: isStoredNumber,
    memoryBytes: optional(isStoredNumber),
  }),
  object({
    step: isNumber,
    dev: object({
      loss: isStoredNumber,
      accuracy: isStoredNumber,
      macroF1: isStoredNumber,
      /** By the metric that decides, where that is not the accuracy; runs of earlier versions lack it. */
      score: optional(isDevScore),
    }),
  }),
);
export type MetricLine = Infer<typeof isMetric>;
