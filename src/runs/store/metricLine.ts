import { anyOf, isNumber, object, optional, type Infer } from '../../channel/guards';
import { isStoredNumber } from '../record/storedNumber';

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
    dev: object({ loss: isStoredNumber, accuracy: isStoredNumber, macroF1: isStoredNumber }),
  }),
);
export type MetricLine = Infer<typeof isMetric>;
