import type { Dataset, Row } from '../data/dataset';
import { Failure, type SourceLocation } from '../failure';
import type { LanguageModel } from '../model/openModel';
import { renderPrompt } from '../template/render/render';
import { encodePrompt } from '../template/render/tokens';
import type { Task } from './task';

/** A row as the model reads it. */
export interface Example {
  /** Row number in its file, from 0. */
  readonly row: number;
  /** Prompt up to the answer slot, for a masked model all of it; ids from `firstVirtualToken` on are virtual. */
  readonly prompt: readonly number[];
  /** Where the masks that take the answer begin in the prompt of a masked model; absent for causal ones. */
  readonly masks?: number;
  /** The expected answer as the row writes it. */
  readonly expected: string;
  /** Place of the expected label in the enum; -1 for a generation task. */
  readonly label: number;
  /** Tokens of the expected answer: the label's first word, or the text with the token that ends it. */
  readonly answer: readonly number[];
}

/**
 * Renders and tokenises rows.
 * @throws Failure "label-unknown", "answer-empty" or "prompt-too-long", each with the row's file and line
 */
export async function encodeRows(
  task: Task,
  model: LanguageModel,
  dataset: Dataset,
  rows: readonly number[],
): Promise<readonly Example[]> {
  const read = await dataset.read(rows);
  return read.map((row, i) => encodeRow(task, model, { dataset, row, index: rows[i]! }));
}

function encodeRow(
  task: Task,
  model: LanguageModel,
  { dataset, row, index }: { readonly dataset: Dataset; readonly row: Row; readonly index: number },
): Example {
  const location = { file: dataset.path, line: dataset.lineOf(index) };
  const { prompt, masks } = promptTokens(task, model, { row, location });
  const expected = String(row[task.answerField] ?? '');
  const label = task.labels.indexOf(expected);
  if (task.labels.length > 0 && label < 0) {
    throw new Failure(
      'label-unknown',
      `The label "${expected}" is not one of ${task.labels.join(', ')}.`,
      location,
      `Correct the row, or add the label to output.schema of ${task.template.path}.`,
    );
  }
  const answer = label >= 0 ? task.verbalizer[label]![0]! : generatedAnswer(expected, model);
  if (answer.length === 0)
    throw new Failure(
      'answer-empty',
      `The column "${task.answerField}" is empty.`,
      location,
      'Fill it in, or remove the row.',
    );
  // Masks are in the prompt already.
  const longest =
    masks !== undefined
      ? 0
      : label >= 0
        ? Math.max(...task.verbalizer.flat().map((word) => word.length))
        : answer.length;
  if (prompt.length === 0)
    throw new Failure(
      'prompt-empty',
      'The prompt of this row is empty.',
      location,
      'Put text, a virtual token or a variable before the answer slot.',
    );
  if (prompt.length + longest > task.contextLength) {
    throw new Failure(
      'prompt-too-long',
      `The prompt of this row has ${prompt.length} tokens and its answer up to ${longest}; ` +
        `${task.contextLength} fit into the context.`,
      location,
      'Shorten the row, the template or the number of virtual tokens, or choose a model with a longer context.',
    );
  }
  return { row: index, prompt, ...(masks !== undefined && { masks }), expected, label, answer };
}

/**
 * The row's prompt; where the instruction is trained, its tokens are rows of the prompt matrix.
 * @throws Failure "instruction-varies"
 */
function promptTokens(
  task: Task,
  model: LanguageModel,
  { row, location }: { readonly row: Row; readonly location: SourceLocation },
): Pick<Example, 'prompt' | 'masks'> {
  const encoded = encodePrompt(renderPrompt(task.template, row, model.tokenizer), task.layout, model.tokenizer);
  if (task.instruction.length === 0) return { prompt: encoded.ids, masks: encoded.answer };
  const ids = [...encoded.ids];
  let next = 0;
  for (const [start, end] of encoded.instruction) {
    for (let i = start; i < end; i++) {
      if (ids[i] !== task.instruction[next])
        throw new Failure(
          'instruction-varies',
          'The instruction makes other tokens in this row than in the first.',
          location,
          'Keep variables out of the instruction and end it with a line break, or set tune.instruction to fixed.',
        );
      ids[i] = model.tokenizer.firstVirtualToken + task.layout.total + next++;
    }
  }
  return { prompt: ids, masks: encoded.answer };
}

/** Free text answers end with the model's end token, so that generation learns to stop. */
function generatedAnswer(text: string, model: LanguageModel): readonly number[] {
  if (text === '') return [];
  const separated = /^\s/.test(text) ? text : ` ${text}`;
  return [...model.tokenizer.encode(separated, false), ...model.configuration.endTokens.slice(0, 1)];
}
