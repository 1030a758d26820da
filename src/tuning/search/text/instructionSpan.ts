import type { Row } from '../../../data/dataset';
import type { LanguageModel } from '../../../model/openModel';
import { renderPrompt } from '../../../template/render/render';
import { encodePrompt, type PromptTokens } from '../../../template/render/tokens';
import { templateFor, type Task } from '../../../objective/task';
import type { Word } from './words';

/** An instruction as the tokens of a rendered prompt. */
export interface InstructionSpan {
  /**
   * What stands in front of it; the token that begins a text where nothing does. Empty only for models without such a
   * token.
   */
  readonly context: readonly number[];
  readonly tokens: readonly number[];
  /** What follows it, whatever the row. */
  readonly tail: readonly number[];
}

/** Tokens behind the instruction that are read to see whether it still leads on to them. */
const tailLength = 3;

/**
 * Where the instruction of a task stands in the prompts of these rows; their first decides. Undefined when it leaves no
 * token.
 */
export function instructionSpanOf(task: Task, model: LanguageModel, rows: readonly Row[]): InstructionSpan | undefined {
  const prompts = rows.map((row) =>
    encodePrompt(renderPrompt(templateFor(task, row), row, task.encoder), task.layout, task.encoder),
  );
  const [first, ...others] = prompts.map(split);
  if (!first) return undefined;
  let common = 0;
  while (
    common < tailLength &&
    common < first.tail.length &&
    others.every(({ tail }) => tail[common] === first.tail[common])
  )
    common++;
  return placed(first, common, model);
}

/** The span of another instruction that stands where the known one does. */
export function instructionSpanLike(
  known: InstructionSpan,
  task: Task,
  model: LanguageModel,
  row: Row,
): InstructionSpan | undefined {
  return placed(
    split(encodePrompt(renderPrompt(templateFor(task, row), row, task.encoder), task.layout, task.encoder)),
    known.tail.length,
    model,
  );
}

function placed(
  { context, tokens, tail }: InstructionSpan,
  tailTokens: number,
  { configuration }: LanguageModel,
): InstructionSpan | undefined {
  if (tokens.length === 0) return undefined;
  return {
    context: context.length > 0 ? context : configuration.endTokens.slice(0, 1),
    tokens,
    tail: tail.slice(0, tailTokens),
  };
}

function split({ ids, instruction }: PromptTokens): InstructionSpan {
  const start = instruction[0]?.[0] ?? 0;
  const end = instruction.at(-1)?.[1] ?? 0;
  return { context: ids.slice(0, start), tokens: ids.slice(start, end), tail: ids.slice(end) };
}

/**
 * The token each word begins in.
 * @param tokens of an instruction's rendered text, which holds the words in their order
 * @returns an index into `tokens` for each word, undefined for tags and for words that the text does not show
 */
export function firstTokens(
  words: readonly Word[],
  tokens: readonly number[],
  { tokenizer }: LanguageModel,
): readonly (number | undefined)[] {
  const text = tokenizer.decode(tokens);
  const ends = tokens.map((_, i) => tokenizer.decode(tokens.slice(0, i + 1)).length);
  let from = 0;
  return words.map(({ core }) => {
    const at = core.includes('{{') ? -1 : text.indexOf(core, from);
    if (at < 0) return undefined;
    from = at + core.length;
    const token = ends.findIndex((end) => end > at);
    return token < 0 ? undefined : token;
  });
}
