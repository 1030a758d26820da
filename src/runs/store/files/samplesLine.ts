import { isNumber, isText, listOf, object, optional, type Infer } from '../../../channel/guards';

/** A row at a moment of the training, with the data that a person knows it by. */
const isRunSample = object({
  /** Row of the split, from 0. */
  row: isNumber,
  input: isText,
  expected: isText,
  /** The likeliest label; absent for a generation task. */
  predicted: optional(isText),
  probability: isNumber,
});
export type RunSample = Infer<typeof isRunSample>;

/** A line of `samples.jsonl`: what became of a few dev rows at one evaluation. */
export const isSamplesLine = object({ step: isNumber, samples: listOf(isRunSample) });
export type SamplesLine = Infer<typeof isSamplesLine>;
