import * as l10n from '@vscode/l10n';
import type { Dataset, Row } from '../data/dataset';
import { Failure, withLocation, type SourceLocation } from '../failure';
import { enumerated } from '../words/listed';
import type { LanguageModel } from '../model/openModel';
import { keyColumnsOf } from './rows/rowColumns';
import { renderPrompt } from '../template/render/render';
import { shortenRow, type Shortening } from '../template/render/length/shortenRow';
import { acceptedAnswers } from '../template/render/chat/rowMessages';
import { requireRowValues } from '../template/render/rowValues';
import { answersBehind, leadOf, type AnswerContext } from '../template/render/words/answerTokens';
import { tokensApart } from '../template/text/tokensInPlace';
import { encodePrompt } from '../template/render/tokens';
import { rowWeight } from './rows/rowWeight';
import { sameLetters } from '../template/text/sameLetters';
import { endTokensOf, templateFor, type Task } from './task';
import { openWordPlacer, type WordPlacer, type WordsInPlace } from './wordsInPlace';

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
  /** Tokens of the expected answer behind the prompt: the label's first word, or the text with its end token. */
  readonly answer: readonly number[];
  /** Tokens at the end of the prompt that the answer replaces, since its first token holds their characters too. */
  readonly merged?: number;
  /** The words of every label behind the prompt; absent for a generation task. Examples share equal records. */
  readonly words?: WordsInPlace;
  /** How much the row counts in training, at least 0; 1 where it is absent. */
  readonly weight?: number;
  /** Whether a value of the row was shortened, so that its prompt fits. */
  readonly shortened?: true;
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

interface DatasetRow {
  readonly dataset: Pick<Dataset, 'path' | 'lineOf'>;
  readonly row: Row;
  readonly index: number;
}

/** @throws Failure as {@link encodeRows} does */
export function encodeRow(task: Task, model: LanguageModel, given: DatasetRow): Example {
  const example = wholeExample(task, model, given);
  if (sizeOf(example) <= task.contextLength) return example;
  const { mode, row } = { mode: shorteningOf(task), row: given.row };
  const instruction = instructionOf(task, row);
  const shortened =
    mode &&
    shortenRow(row, {
      mode,
      columns: keyColumnsOf(task.template),
      measure: (shorter) => sizeOf(wholeExample(task, model, { ...given, row: shorter })),
      limit: task.contextLength,
      isShortenable: (without) => instructionOf(task, without) === instruction,
    });
  if (shortened) return { ...wholeExample(task, model, { ...given, row: shortened }), shortened: true };
  throw tooLong(example, task, locationOf(given));
}

/** How rows are shortened; runs of earlier versions lack the setting. */
function shorteningOf({ settings: { truncate } }: Pick<Task, 'settings'>): Shortening | undefined {
  return truncate === 'middle' || truncate === 'start' || truncate === 'end' ? truncate : undefined;
}

const instructionOf = (task: Task, row: Row): string =>
  renderPrompt(templateFor(task, row), row, task.encoder)
    .segments.map((segment) => (segment.kind === 'text' && segment.instruction ? segment.text : ''))
    .join('');

const locationOf = ({ dataset, index }: DatasetRow): SourceLocation => ({
  file: dataset.path,
  line: dataset.lineOf(index),
});

/** Positions of the context that a prompt with its longest answer takes. */
const sizeOf = (example: Example): number => example.prompt.length + longestAnswer(example);

function tooLong(example: Example, task: Task, location: SourceLocation): Failure {
  return new Failure(
    'prompt-too-long',
    l10n.t`The prompt of this row has ${example.prompt.length} tokens and its answer up to \
${longestAnswer(example)}; ${task.contextLength} fit into the context.`,
    location,
    shorteningOf(task)
      ? l10n.t`Shorten the template or the number of virtual tokens, or choose a model with a longer context: the \
values of the row are cut as far as they can be.`
      : l10n.t`Shorten the row, the template or the number of virtual tokens, set tune.truncate to middle, start or \
end, or choose a model with a longer context.`,
  );
}

function wholeExample(task: Task, model: LanguageModel, given: DatasetRow): Example {
  const { row, index } = given;
  const location = locationOf(given);
  const { label, expected } = expectedAnswer(task, row, location);
  const { prompt, masks, before } = promptTokens(task, { row, location });
  const answers = answersOf({ label, expected }, before, task, model);
  if (answers.answer.length === 0) throw emptyAnswer(task, location);
  const weight = rowWeight(row, task.settings, location);
  const example: Example = {
    row: index,
    prompt,
    ...(masks !== undefined && { masks }),
    expected,
    label,
    ...answers,
    ...(weight !== undefined && { weight }),
  };
  if (prompt.length === 0)
    throw new Failure(
      'prompt-empty',
      l10n.t`The prompt of this row is empty.`,
      location,
      l10n.t`Put text, a virtual token or a variable before the answer slot.`,
    );
  if (longestSeam(example) >= prompt.length)
    throw new Failure(
      'prompt-empty',
      l10n.t`The whole prompt of this row merges with an answer into one token, so that nothing stands before it.`,
      location,
      l10n.t`Put more text before the answer slot, or a line break between both.`,
    );
  return example;
}

/**
 * The answer that a row expects, and its place in the enum; -1 for a generation task.
 * @throws Failure "label-unknown"; "answer-empty" for an empty text
 */
export function expectedAnswer(
  task: Pick<Task, 'answerField' | 'labels' | 'template'>,
  row: Row,
  location: SourceLocation,
): Pick<Example, 'label' | 'expected'> {
  const [expected] = acceptedAnswers(row, task.template.output!);
  const label = task.labels.indexOf(expected);
  if (task.labels.length > 0 && label < 0) throw unlistedLabel(task, expected, location);
  if (label < 0 && expected === '') throw emptyAnswer(task, location);
  return { label, expected };
}

function unlistedLabel(
  { labels, template }: Pick<Task, 'labels' | 'template'>,
  label: string,
  location: SourceLocation,
): Failure {
  const schema = l10n.t`output.schema of ${template.path}`;
  return sameLetters(label, labels) === undefined
    ? new Failure(
        'label-unknown',
        l10n.t`The label "${label}" is not one of ${enumerated(labels)}.`,
        location,
        l10n.t`Correct the row, or add the label to ${schema}.`,
      )
    : new Failure(
        'label-unknown',
        l10n.t`The label "${label}" is written in another Unicode form than in ${schema}: the letters are the same, \
the characters are not.`,
        location,
        l10n.t`Write both alike.`,
      );
}

const emptyAnswer = ({ answerField }: Pick<Task, 'answerField'>, location: SourceLocation): Failure =>
  new Failure(
    'answer-empty',
    l10n.t`The column "${answerField}" is empty.`,
    location,
    l10n.t`Fill it in, or remove the row.`,
  );

/** Tokens that the longest answer adds to the prompt; none to one whose masks take it. */
export function longestAnswer({ masks, words, answer, merged = 0 }: Example): number {
  if (masks !== undefined) return 0;
  return (words?.flat() ?? [{ tokens: answer, merged }]).reduce(
    (longest, word) => Math.max(longest, word.tokens.length - word.merged),
    0,
  );
}

/** Tokens of the prompt that some answer replaces. */
const longestSeam = ({ words, merged = 0 }: Example): number =>
  (words?.flat() ?? []).reduce((longest, word) => Math.max(longest, word.merged), merged);

const placers = new WeakMap<Task['verbalizer'], WordPlacer>();

/** What is scored behind a prompt. @param before the last text of the prompt */
export function answersOf(
  { label, expected }: Pick<Example, 'label' | 'expected'>,
  before: AnswerContext,
  task: Task,
  model: LanguageModel,
): Pick<Example, 'answer' | 'merged' | 'words'> {
  if (label < 0) return generatedAnswer(expected, before, { task, model });
  const words = wordsBehind(before, task);
  const { tokens: answer, merged } = words[label]![0]!;
  return { answer, merged, words };
}

/** The masks of a masked model must take a word in each row alike, so that its words are the task's. */
function wordsBehind(before: AnswerContext, task: Task): WordsInPlace {
  const { verbalizer, labels, settings, encoder } = task;
  const place = placers.get(verbalizer) ?? openPlacer();
  placers.set(verbalizer, place);
  return place(before);

  function openPlacer(): WordPlacer {
    if (encoder.mask === undefined)
      return openWordPlacer(
        labels.map((label) => settings.labels[label]!),
        encoder,
      );
    const words = verbalizer.map((list) => list.map((tokens) => ({ merged: 0, tokens })));
    return () => words;
  }
}

/** Runs a piece of work whose failures are the row's, unless they name a file of their own. */
function inRow<T>(location: SourceLocation, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Failure && error.location.file === undefined ? withLocation(error, location) : error;
  }
}

/**
 * The row's prompt; where the instruction is trained, its tokens are rows of the prompt matrix.
 * @throws Failure "data-column", "instruction-varies"
 */
function promptTokens(
  task: Task,
  { row, location }: { readonly row: Row; readonly location: SourceLocation },
): Pick<Example, 'prompt' | 'masks'> & { readonly before: AnswerContext } {
  requireRowValues(task.template, row, location);
  const { encoder } = task;
  const encoded = inRow(location, () =>
    encodePrompt(renderPrompt(templateFor(task, row), row, encoder), task.layout, encoder),
  );
  const { before, answer: masks } = encoded;
  if (task.instruction.length === 0) return { prompt: encoded.ids, masks, before };
  const ids = [...encoded.ids];
  let next = 0;
  for (const [start, end] of encoded.instruction) {
    for (let i = start; i < end; i++) {
      if (ids[i] !== task.instruction[next])
        throw new Failure(
          'instruction-varies',
          l10n.t`The instruction makes other tokens in this row than in the first.`,
          location,
          l10n.t`Keep variables out of the instruction and end it with a line break, or set tune.instruction to fixed.`,
        );
      ids[i] = encoder.firstVirtualToken + task.layout.total + next++;
    }
  }
  return { prompt: ids, masks, before };
}

/**
 * A free text behind its prompt. It ends with an end token, so that generation learns to stop. What stands before keeps
 * its tokens, as it does where the model writes the answer.
 */
function generatedAnswer(
  text: string,
  before: AnswerContext,
  { task, model }: { readonly task: Task; readonly model: LanguageModel },
): Pick<Example, 'answer'> {
  if (text === '') return { answer: [] };
  const lead = /^\s/.test(text) ? '' : leadOf(before, text);
  const { merged, tokens } = answersBehind(before, task.encoder)(lead + text);
  const apart = merged === 0 ? tokens : tokensOnNewLine(lead + text, task.encoder);
  return { answer: [...apart, ...endTokensOf(task, model).slice(0, 1)] };
}

/** The tokens of a text that no word stands before. */
const tokensOnNewLine = (text: string, { encode }: Pick<Task['encoder'], 'encode'>): readonly number[] =>
  tokensApart('\n', text, (other) => encode(other, false));
