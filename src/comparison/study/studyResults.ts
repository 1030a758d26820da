import { isFlag, isNumber, isText, listOf, nullable, object, tuple, type Infer } from '../../channel/guards';
import { isSelection, isShared } from '../../runs/record/provenance';
import { isSplit } from '../../runs/record/recordWords';

const isInterval = tuple(isNumber, isNumber);

/**
 * What a study came to: means over its seeds. Rates are fractions, losses nats; null is a value that there is not,
 * because the task has none, a run of an earlier version did not measure it, or it is not a number.
 */
export const isStudyResults = object({
  split: isSplit,
  /** Rows that all seeds were measured on. */
  n: isNumber,
  /** Runs that were measured on these rows, lowest seed first, and their seeds. */
  runs: listOf(isText),
  seeds: listOf(isNumber),
  accuracy: nullable(isNumber),
  /**
   * 95 %: Wilson's interval for one seed, a bootstrap over seeds and rows for several.
   * Null for several seeds whose answers are not read.
   */
  accuracyInterval: nullable(isInterval),
  /** Of each seed. */
  accuracies: listOf(isNumber),
  /** Standard deviation of those (n − 1); null for one seed. */
  spread: nullable(isNumber),
  /** Null for a task whose answers are not labels. */
  macroF1: nullable(isNumber),
  /** 95 %, by a bootstrap over the rows; null while the answers are not read. */
  macroF1Interval: nullable(isInterval),
  /** Mean probability of all label words together; null for free text, and in runs of earlier versions. */
  labelMass: nullable(isNumber),
  loss: nullable(isNumber),
  trainedParameters: isNumber,
  /** Of a whole run, training included. */
  seconds: isNumber,
  promptTokens: isNumber,
  /** Time of the evaluation for a row, the model loaded. */
  secondsPerRow: nullable(isNumber),
  /** The largest. */
  peakMemoryBytes: isNumber,
  /** Rows that were trained on; null for a hard prompt. */
  trainingRows: nullable(isNumber),
  /** Rows measured that the other splits have too; null where it is not known. */
  shared: nullable(isShared),
  /** Whether the rows measured are those of train: then there is no interval and no verdict. */
  onTrainingRows: isFlag,
  /** How the prompt was trained and chosen; null where nothing was, or where it is not known. */
  selection: nullable(isSelection),
  /** Rows measured whose longest value was shortened. */
  shortened: isNumber,
  /** What must stand beside the numbers because of the rows they were measured on; empty where there is nothing. */
  caveats: listOf(isText),
});
export type StudyResults = Infer<typeof isStudyResults>;
