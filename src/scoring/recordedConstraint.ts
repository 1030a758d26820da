import { isText, listOf, object, type Infer } from '../channel/guards';
import { grammarLibrary } from '../decoding/grammar/xgrammarModule';
import type { Task } from '../objective/task';
import { constraintOf, grammarOf } from '../template/read/answerConstraint';

/** What answers were held to while they were written: by which library, and what of the schema it did not see to. */
export const isRecordedConstraint = object({
  library: isText,
  unenforced: listOf(object({ keyword: isText, pointer: isText })),
});
export type RecordedConstraint = Infer<typeof isRecordedConstraint>;

/** Nothing for labels, and for answers that were free. */
export function recordedConstraint(task: Pick<Task, 'template' | 'settings'>): {
  readonly constraint?: RecordedConstraint;
} {
  const constraint = constraintOf(task);
  const grammar = constraint && grammarOf(constraint);
  if (!grammar || 'problem' in grammar) return {};
  return { constraint: { library: grammarLibrary, unenforced: grammar.unenforced } };
}
