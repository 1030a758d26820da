import type { Answer } from '../decoding/answer';
import { openGenerator, type Generator } from '../decoding/generator';
import type { SourceLocation } from '../failure';
import type { LanguageModel } from '../model/openModel';
import type { Example } from '../objective/example';
import type { SoftPrompt } from '../objective/prompt';
import type { Task } from '../objective/task';
import { answerOptions } from './answerOptions';

interface Writers {
  readonly task: Task;
  readonly model: LanguageModel;
  /** One that is open already, and stays open; else one is opened for these rows. */
  readonly generator?: Generator;
}

/**
 * The answers that a model writes to the rows of a split, decoded as the settings say; what a row expects has no part
 * in it.
 * @param options `onProgress` is called as answers are finished
 * @returns by row
 * @throws Failure "loss-not-finite" with the row's place; the signal's reason when it is aborted
 */
export async function writeAnswers(
  { task, model, generator: given }: Writers,
  prompt: SoftPrompt | undefined,
  examples: readonly Example[],
  options: {
    readonly where: (row: number) => SourceLocation;
    readonly signal?: AbortSignal;
    onProgress?(done: number, total: number): void;
  },
): Promise<ReadonlyMap<number, Answer>> {
  const generator = given ?? (await openGenerator(model));
  const answers = new Map<number, Answer>();
  try {
    const pieces = generator.stream(
      examples.map((example) => example.prompt),
      prompt,
      {
        ...answerOptions(task, model),
        shareOpening: task.settings.prefixSharing,
        row: (index) => examples[index]!.row,
        where: (index) => options.where(examples[index]!.row),
        signal: options.signal,
      },
    );
    for await (const finished of pieces) {
      const before = answers.size;
      for (const { prompt: index, answer } of finished) if (answer) answers.set(examples[index]!.row, answer);
      if (answers.size > before) options.onProgress?.(answers.size, examples.length);
    }
  } finally {
    if (!given) await generator.close();
  }
  return answers;
}
