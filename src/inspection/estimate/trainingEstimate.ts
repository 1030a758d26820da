import { isNumber, object, optional, type Infer } from '../../channel/guards';

/** What a training would cost on this machine, from steps that were really taken. */
export const isTrainingEstimate = object({
  /** Numbers that the method trains and keeps. */
  trainedParameters: isNumber,
  /** Seconds of a training step, its graphs already built. */
  stepSeconds: isNumber,
  examplesPerSecond: isNumber,
  /** Seconds to score one row without a gradient. */
  rowSeconds: isNumber,
  /** Seconds of the whole run: opening, search, choice of the learning rate, training with its evaluations, test. */
  seconds: isNumber,
  /** Free text: the dev rows that are answered at each evaluation, and what that takes at most. Included above. */
  answers: optional(object({ rows: isNumber, seconds: isNumber })),
  /** Largest resident memory of the process during the measured steps; a training takes at least that. */
  peakMemoryBytes: isNumber,
  /** What a training may come to that meets every size of batch, and some many times. */
  mostMemoryBytes: isNumber,
});
export type TrainingEstimate = Infer<typeof isTrainingEstimate>;
