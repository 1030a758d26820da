import type { DecodeOptions } from '../decoding/answer';
import { decodingOf } from '../decoding/decoding';
import type { LanguageModel } from '../model/openModel';
import { endTokensOf, type Task } from '../objective/task';
import { constraintOf } from '../template/read/answerConstraint';

/** How answers of a task are written, wherever they are: as its settings say, held to its schema, to its end tokens. */
export const answerOptions = (task: Task, model: LanguageModel): DecodeOptions => ({
  ...decodingOf(task.settings),
  constraint: constraintOf(task),
  end: endTokensOf(task, model),
});
