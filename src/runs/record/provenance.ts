import { isNumber, isText, listOf, nullable, object, oneOf, optional, type Infer } from '../../channel/guards';

/** Rows of one split that another split has too; null where it is not known. A split without data is absent. */
export const isShared = object({
  train: optional(nullable(isNumber)),
  dev: optional(nullable(isNumber)),
  test: optional(nullable(isNumber)),
});
export type Shared = Infer<typeof isShared>;

/** What chose something, and how many rows of it were looked at. */
const isChoice = object({ by: oneOf('dev', 'train'), rows: isNumber });

/** How a trained prompt came about: what was trained on, and which rows chose among what was trained. */
export const isSelection = object({
  /** Rows of train. */
  trainingRows: isNumber,
  /** Those among them whose longest value was shortened; absent where none was. */
  shortenedRows: optional(isNumber),
  /** Absent where the learning rate was set. */
  learningRate: optional(isChoice),
  /** Absent where the last step was kept. */
  step: optional(isChoice),
  /** Absent where the instruction was not searched for. */
  instruction: optional(isChoice),
  /** The adapter that the training began with, whose own data are not known. */
  start: optional(isText),
});
export type Selection = Infer<typeof isSelection>;

/** Where a number comes from. */
export const isProvenance = object({
  /** Absolute path and hash of the file measured. */
  path: isText,
  sha256: isText,
  /** Rows measured that the other splits have too, by the columns that the template reads. */
  shared: isShared,
  /** Null where nothing is trained; absent where it is not known how the prompt came about. */
  selection: optional(nullable(isSelection)),
  /** Rows measured whose longest value was shortened so that the prompt fits. */
  shortened: optional(isNumber),
  /** In what the template or model measured is not that of the training, where it was measured all the same. */
  forced: optional(listOf(isText)),
});
export type Provenance = Infer<typeof isProvenance>;
