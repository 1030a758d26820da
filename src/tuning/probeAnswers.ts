import { openGenerator } from '../decoding/generator';
import type { LanguageModel } from '../model/openModel';
import type { SoftPrompt } from '../objective/prompt';
import type { ExampleSource } from '../objective/rows/source';
import { requireSplit, type Split } from '../objective/rows/splits';
import type { Task } from '../objective/task';
import { writeAnswers } from '../scoring/writeAnswers';

interface Probed {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly source: ExampleSource;
  readonly split: Split;
}

/** Answers that are written to see what one costs. */
const probedAnswers = 4;

/**
 * Seconds of a free text answer. A prompt that has learnt nothing seldom ends its answers before their budget, so that
 * one that has takes less.
 * @throws the signal's reason when it is aborted
 */
export async function probeAnswers(
  { task, model, source, split }: Probed,
  prompt: SoftPrompt,
  signal: AbortSignal | undefined,
): Promise<number> {
  const examples = await source.examples(Array.from({ length: Math.min(probedAnswers, source.rows) }, (_, row) => row));
  const { path, lineOf } = requireSplit(task, split);
  const generator = await openGenerator(model);
  try {
    const answers = await writeAnswers({ task, model, generator }, prompt, examples, {
      where: (row) => ({ file: path, line: lineOf(row) }),
      signal,
    });
    // Their own: what holds them to a schema takes seconds to start, once in a run.
    return [...answers.values()].reduce((sum, { seconds }) => sum + seconds, 0) / answers.size;
  } finally {
    await generator.close();
  }
}
