import * as l10n from '@vscode/l10n';
import { Failure } from '../../failure';
import { isNumber, isText, listOf, object, oneOf, optional, type Infer } from '../../channel/guards';
import { isStoredNumber } from '../../channel/storedNumber';

/** A row that is shown with its answer. */
const isShownRow = object({
  /** Row number in train, from 0, and its line in the file, from 1. */
  row: isNumber,
  line: isNumber,
  /** Of the inputs that the template reads. */
  sha256: isText,
  /** As it is shown. */
  text: isText,
});

/** The examples that the prompts of a run show. */
export const isRecordedExamples = object({
  choose: oneOf('random', 'similar', 'search'),
  count: isNumber,
  /** In their order; none where each row has its own. */
  rows: listOf(isShownRow),
  /** As they stand in the body, and the whole template with them; absent where each row has its own. */
  source: optional(isText),
  text: optional(isText),
  /** Rows of train that nothing is trained on, since they are shown or have the inputs of one that is. */
  hidden: listOf(isNumber),
  /** What a search for them came to. */
  search: optional(
    object({
      /** Gains in nats on rows that did not choose the step. */
      steps: listOf(object({ gain: isStoredNumber, standardError: isStoredNumber })),
      prompts: isNumber,
      /** Rows of train that it measured on, and of dev that decided at its end. */
      rows: isNumber,
      devRows: isNumber,
    }),
  ),
  /** Rows in `examples.jsonl` that may be shown, and the hash of that file, where each row has its own. */
  pool: optional(object({ rows: isNumber, sha256: isText })),
});
export type RecordedExamples = Infer<typeof isRecordedExamples>;

/**
 * A prompt that shows each row the rows most like it is no text.
 * @param what a prompt that is one text can do, as `be shared`
 * @throws Failure "examples-similar"
 */
export function requireWritten(
  { id, examples }: { readonly id: string; readonly examples?: RecordedExamples },
  folder: string,
  what: string,
): void {
  if (examples?.choose !== 'similar') return;
  throw new Failure(
    'examples-similar',
    l10n.t`The run ${id} shows each row the rows of train most like it, so that its prompt is no text that could \
${what}.`,
    { file: folder },
    l10n.t`Choose the examples by random or search, which gives every row the same.`,
  );
}
