import { isNumber, isText, nullable, object, type Infer } from '../../channel/guards';

/** How fast a model runs and trains here, by a short run of its own graphs. */
export const isModelSpeed = object({
  provider: isText,
  /** Sequences in the batch that was timed. */
  batch: isNumber,
  /** Tokens of each sequence, virtual ones included. */
  tokens: isNumber,
  forwardTokensPerSecond: isNumber,
  /** Loss and gradient of a soft prompt; null where the model cannot be trained through. */
  stepTokensPerSecond: nullable(isNumber),
  /** Time of a step over time of a forward pass. */
  stepOverForward: nullable(isNumber),
  /** Largest memory of this process meanwhile. */
  peakMemoryBytes: isNumber,
});
export type ModelSpeed = Infer<typeof isModelSpeed>;
