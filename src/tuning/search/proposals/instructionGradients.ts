import type { LanguageModel } from '../../../model/openModel';
import { renderPrompt } from '../../../template/render/render';
import { encodePrompt } from '../../../template/render/tokens';
import { layOutParts, shareOf } from '../../../objective/batchParts';
import { answersOf, encodeRows, type Example } from '../../../objective/example';
import { embeddings } from '../../start/initialise';
import type { OpenObjective } from '../../../objective/objective';
import { templateFor, type Task } from '../../../objective/task';
import { requireSplit } from '../../../objective/rows/splits';
import { batchOptions } from '../../../objective/batch';
import { firstTokens } from '../text/instructionSpan';
import type { Word } from '../text/words';

/** How the loss would change with the embedding of a token. */
export interface TokenGradient {
  readonly token: number;
  /** `[hidden]`, nats per unit of the embedding */
  readonly gradient: Float32Array;
}

interface Subject {
  readonly task: Task;
  readonly model: LanguageModel;
  readonly objective: OpenObjective;
}

/** Rows differentiated together. */
const rowsInBatch = 16;

/** Gradient of the training loss at the first token of each word of the instruction, see {@link gradientsAt}. */
export const wordGradients = (
  subject: Subject,
  words: readonly Word[],
  rows: readonly number[],
): Promise<readonly (TokenGradient | undefined)[]> =>
  gradientsAt(subject, rows, (tokens) => firstTokens(words, tokens, subject.model));

/**
 * Gradient of the training loss at some tokens of the instruction, summed over batches of the given training rows.
 * The instruction's tokens stand in as virtual tokens that hold their own embeddings; rows whose variables give the
 * instruction other tokens have virtual tokens of their own.
 * @param locate indices of the tokens that are asked for among those of an instruction, always as many
 */
export async function gradientsAt(
  { task, model, objective }: Subject,
  rows: readonly number[],
  locate: (tokens: readonly number[]) => readonly (number | undefined)[],
): Promise<readonly (TokenGradient | undefined)[]> {
  const { hiddenSize } = model.configuration;
  const found: (TokenGradient | undefined)[] = [];
  for (let at = 0; at < rows.length; at += rowsInBatch) {
    const { examples, instructions } = await lift(task, model, rows.slice(at, at + rowsInBatch));
    const tokens = instructions.flat();
    const prompt = { rows: tokens.length, hiddenSize, values: embeddings(model, tokens) };
    const gradient = new Float32Array(prompt.values.length);
    const batches = layOutParts(examples, batchOptions(task, model, 'training'));
    for (const batch of batches) {
      const part = await objective.step(batch, prompt);
      part.gradient!.forEach((value, i) => (gradient[i]! += value * shareOf(batch, batches)));
    }
    let offset = 0;
    for (const instruction of instructions) {
      locate(instruction).forEach((position, w) => {
        found[w] ??= undefined;
        if (position === undefined) return;
        const slice = gradient.subarray((offset + position) * hiddenSize, (offset + position + 1) * hiddenSize);
        const known = found[w] ?? { token: instruction[position]!, gradient: new Float32Array(hiddenSize) };
        slice.forEach((value, d) => (known.gradient[d]! += value));
        found[w] = known;
      });
      offset += instruction.length;
    }
  }
  return found;
}

/**
 * The rows as examples whose instruction is made of virtual tokens; each distinct instruction stands once in the prompt
 * matrix.
 */
async function lift(
  task: Task,
  model: LanguageModel,
  rows: readonly number[],
): Promise<{ readonly examples: readonly Example[]; readonly instructions: readonly (readonly number[])[] }> {
  const dataset = requireSplit(task, 'train');
  const [read, encoded] = [await dataset.read(rows), await encodeRows(task, model, dataset, rows)];
  const offsets = new Map<string, number>();
  const instructions: (readonly number[])[] = [];
  let total = 0;
  const examples = encoded.map((example, i): Example => {
    const { ids, instruction, before } = encodePrompt(
      renderPrompt(templateFor(task, read[i]!), read[i]!, task.encoder),
      task.layout,
      task.encoder,
    );
    const tokens = instruction.flatMap(([start, end]) => ids.slice(start, end));
    const key = tokens.join(' ');
    if (!offsets.has(key)) {
      offsets.set(key, total);
      instructions.push(tokens);
      total += tokens.length;
    }
    let next = model.tokenizer.firstVirtualToken + offsets.get(key)!;
    const prompt = [...ids];
    for (const [start, end] of instruction)
      for (let position = start; position < end; position++) prompt[position] = next++;
    return { ...example, prompt, ...answersOf(example, before, task, model) };
  });
  return { examples, instructions };
}
