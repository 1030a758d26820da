import * as l10n from '@vscode/l10n';
import { requireColumns } from './rows/requireColumns';
import { requireWeights } from './rows/rowWeight';
import { placeholderRow } from './rows/placeholderRow';
import type { PrefixMatrix } from './prompt';
import { closeSplits, openSplits, type Split, type Splits } from './rows/splits';
import type { Dataset, Row } from '../data/dataset';
import { Failure } from '../failure';
import type { ModelConfiguration } from '../model/configuration';
import type { LanguageModel } from '../model/openModel';
import { budgetProblem } from '../template/settings/decoding/decodingKeys';
import { examplesOf } from '../template/settings/examplesSetting';
import type { Settings } from '../template/settings/settings';
import type { OutputField, PromptTemplate } from '../template/read/template';
import { constraintOf, constraintProblem, constraintRemedy } from '../template/read/answerConstraint';
import { requireAnswerSlot, slotFor } from '../template/read/template';
import { renderPrompt } from '../template/render/render';
import { promptEncoder, type PromptEncoder } from '../template/render/promptEncoder';
import { wordsInPrompt } from '../template/render/words/labelWords';
import { answersBehind } from '../template/render/words/answerTokens';
import {
  contextWithoutRow,
  encodePrompt,
  softLayout,
  type PromptTokens,
  type SoftLayout,
} from '../template/render/tokens';
import type { TokensInPlace } from '../template/text/tokensInPlace';

/** Token ids of every word of every label, behind the first row's prompt: `[label][word] → tokens`. */
export type Verbalizer = readonly (readonly (readonly number[])[])[];

/** A template bound to its data and to a model's vocabulary. */
export interface Task {
  readonly template: PromptTemplate;
  readonly settings: Settings;
  /** The model's tokenizer, which reads the template's prompts as the settings ask. */
  readonly encoder: PromptEncoder;
  /** Name of the output field. */
  readonly answerField: string;
  /** The enum's labels in order; empty for a generation task. */
  readonly labels: readonly string[];
  readonly verbalizer: Verbalizer;
  readonly layout: SoftLayout;
  /**
   * Tokens of the instruction whose embeddings are trained, behind the rows of `layout`; empty where it stays as
   * written.
   */
  readonly instruction: readonly number[];
  /** Rows of the prompt matrix: those of `layout`, then those of `instruction`. */
  readonly promptRows: number;
  /** Positions of keys and values trained in every layer; 0 for other methods than `v2`. */
  readonly prefixRows: number;
  /** A prefix that stands in front of every row and is not trained: the text is what changes before it. */
  readonly frozenPrefix?: PrefixMatrix;
  readonly splits: Partial<Readonly<Record<Split, Dataset>>>;
  /** Writes the examples of a row into a template, where each row has its own; absent where none or all have them. */
  readonly withExamples?: (template: PromptTemplate, row: Row) => PromptTemplate;
  /** Longest prompt with answer, in tokens. */
  readonly contextLength: number;
}

/** The template that a row is put into. */
export const templateFor = ({ template, withExamples }: Pick<Task, 'template' | 'withExamples'>, row: Row) =>
  withExamples ? withExamples(template, row) : template;

/**
 * Opens the data of a template and checks that template, data and model fit.
 * @throws Failure "answer-slot-missing", "data-missing", "data-column", "label-duplicate-word", "label-missing",
 * "soft-length" …
 * @param day `2026-03-14`, which the model's chat template reads as today's, if it reads one
 */
export async function prepareTask(
  template: PromptTemplate,
  given: Settings,
  model: LanguageModel,
  day?: string,
): Promise<Task> {
  const frame = frameOf(template, given, model, day);
  const { settings, output } = frame;
  const splits = await openSplits(template, settings, output);
  try {
    for (const [split, dataset] of Object.entries(splits))
      await requireColumns({ ...template, output }, dataset, settings.data[split as Split]!);
    if (splits.train && settings.method !== 'hard') requireWeights(splits.train, settings);
    return taskOf(frame, await firstRow(splits), splits);
  } catch (error) {
    await closeSplits(splits);
    throw error;
  }
}

/**
 * The same for rows that come later, without answers: the data that the settings name are not opened.
 * @throws Failure as {@link prepareTask} does, but for the data; "answer-leak" where such rows make no prompt
 */
export function prepareTaskWithoutRows(
  template: PromptTemplate,
  given: Settings,
  model: LanguageModel,
  day?: string,
): Task {
  // The weight of a row is for training alone.
  const frame = frameOf(template, { ...given, weight: undefined }, model, day);
  const task = taskOf(frame, placeholderRow(template), {});
  requireHiddenAnswer(task);
  return task;
}

/** @throws Failure "answer-leak" where a prompt shows what only rows with answers have */
function requireHiddenAnswer({ template, encoder, layout, answerField, labels }: Task): void {
  const shown = (answer: string | undefined): string =>
    encodePrompt(
      renderPrompt(template, { ...placeholderRow(template), [answerField]: answer }, encoder),
      layout,
      encoder,
    ).ids.join();
  if (shown(labels[0] ?? 'one') === shown(labels[1] ?? 'other')) return;
  throw new Failure(
    'answer-leak',
    l10n.t`The template shows "${answerField}" before the answer slot, which rows without an answer do not have.`,
    { file: template.path },
    l10n.t`Take it out of the text before the slot, and measure or train the prompt again.`,
  );
}

/** A prompt without its examples is another. @throws Failure "examples-unchosen" */
function requireSettledExamples({ path }: PromptTemplate, settings: Settings): void {
  if (!examplesOf(settings)) return;
  throw new Failure(
    'examples-unchosen',
    l10n.t`The examples that tune.examples asks for are chosen by a measurement or a training.`,
    { file: path },
    l10n.t`Measure the template and use that run, or set tune.examples to none.`,
  );
}

/** What a template and a model come to, whatever the rows. */
interface TaskFrame extends Pick<Task, 'template' | 'settings' | 'encoder' | 'layout' | 'prefixRows' | 'labels'> {
  readonly output: OutputField;
  readonly model: LanguageModel;
}

function frameOf(template: PromptTemplate, given: Settings, model: LanguageModel, day: string | undefined): TaskFrame {
  requireSettledExamples(template, given);
  const { output } = requireAnswerSlot(template, model.tokenizer);
  const settings = model.configuration.kind === 'masked' ? maskable(template, given, model) : given;
  const encoder = promptEncoder(model.tokenizer, settings, day);
  const layout = softLayout(template, settings, encoder);
  const prefixRows = settings.method === 'v2' && settings.layers === 'all' ? settings.length : 0;
  const labels = output.kind === 'classification' ? output.labels : [];
  requireWords(template, labels, settings);
  const { contextLength: context } = model.configuration;
  if (settings.maxLength > context) {
    throw new Failure(
      'invalid-value',
      l10n.t`tune.maxLength is ${settings.maxLength}; the model's context holds ${context} tokens.`,
      { file: template.path },
      l10n.t`Set it to at most ${context}.`,
    );
  }
  requireBudget(template, settings, context);
  requireConstraint(template, settings);
  return { template, settings, encoder, layout, prefixRows, labels, output, model };
}

/** @param row the one whose prompt shows where the words of labels and the instruction stand */
function taskOf({ model, output, ...frame }: TaskFrame, row: Row, splits: Splits): Task {
  const { template, settings, encoder, layout, prefixRows, labels } = frame;
  const first = encodePrompt(renderPrompt(template, row, encoder), layout, encoder);
  const instruction = trainsInstruction(settings) ? instructionTokens(first, template) : [];
  const before = encoder.mask === undefined ? first.before : contextWithoutRow(template, layout, encoder);
  const placed = { ...settings, labels: wordsInPrompt(template, settings, { encoder, before }) };
  const { kind, contextLength } = model.configuration;
  return {
    ...frame,
    settings: placed,
    verbalizer: encodeVerbalizer({ template, labels, settings: placed }, answersBehind(before, encoder)),
    instruction,
    splits,
    answerField: output.name,
    promptRows: layout.total + instruction.length,
    // A prefix takes no position of a masked model.
    contextLength: (settings.maxLength || contextLength) - (kind === 'masked' ? 0 : prefixRows),
  };
}

/**
 * The settings as a masked language model can take them: of an instruction's vectors and text, the vectors alone.
 * @throws Failure "masked-model" for what it cannot do
 */
function maskable(template: PromptTemplate, settings: Settings, { signature }: LanguageModel): Settings {
  const { method, layers, instruction } = settings;
  const refuse = (message: string, remedy: string): Failure =>
    new Failure('masked-model', message, { file: template.path }, remedy);
  if (template.output?.kind === 'generation')
    throw refuse(
      l10n.t`The model is a masked language model: it chooses between label words, and cannot write free text.`,
      l10n.t`Give output.schema an enum of labels, or choose a causal model.`,
    );
  if (method === 'v2' && layers === 'all' && signature.cache.length === 0)
    throw refuse(
      l10n.t`The attention of this masked language model is written in a form that takes no prefix in its layers.`,
      l10n.t`Set tune.layers to input, or choose the method soft or v1.`,
    );
  if (method === 'v2' && instruction === 'text')
    throw refuse(
      l10n.t`The model is a masked language model, which cannot say how fluent a rewritten instruction is.`,
      l10n.t`Set tune.instruction to fixed or embeddings.`,
    );
  return instruction === 'both' ? { ...settings, instruction: 'embeddings' } : settings;
}

/** @throws Failure "invalid-value" for a budget of an answer that the model's context cannot hold */
function requireBudget({ path }: PromptTemplate, { config }: Settings, context: number): void {
  const message = budgetProblem(config?.maxOutputTokens, context);
  if (message !== undefined)
    throw new Failure('invalid-value', message, { file: path }, l10n.t`Lower config.maxOutputTokens.`);
}

/** @throws Failure "invalid-value" where answers are to be held to a schema and cannot be */
function requireConstraint(template: PromptTemplate, settings: Settings): void {
  const constraint = constraintOf({ template, settings });
  if (!constraint) return;
  const { offset, line, column } = slotFor(template, {})!.start;
  const problem = constraintProblem(constraint, template.text.slice(0, offset));
  if (!problem) return;
  const place = problem.of === 'slot' ? { line: line + 1, column: column + 1 } : {};
  throw new Failure('invalid-value', problem.message, { file: template.path, ...place }, constraintRemedy());
}

/** The tokens that end an answer: of a chat that of the model's turn first, then the model's own. */
export function endTokensOf(
  { encoder }: Pick<Task, 'encoder'>,
  { configuration }: { readonly configuration: Pick<ModelConfiguration, 'endTokens'> },
): readonly number[] {
  const ofTurn = encoder.chat?.endOfTurn;
  return [...new Set([...(ofTurn ? [ofTurn.id] : []), ...configuration.endTokens])];
}

const trainsInstruction = ({ method, instruction }: Settings): boolean =>
  method === 'v2' && (instruction === 'embeddings' || instruction === 'both');

/** The first row that there is. */
async function firstRow({ train, dev, test }: Splits): Promise<Row> {
  const dataset = train ?? dev ?? test;
  const [row] = dataset && dataset.rows > 0 ? await dataset.read([0]) : [];
  return row ?? {};
}

/**
 * The instruction's tokens as the prompts hold them, read off the first row.
 * @throws Failure "instruction-missing" when the template has none
 */
function instructionTokens({ ids, instruction }: PromptTokens, template: PromptTemplate): readonly number[] {
  const tokens = instruction.flatMap(([start, end]) => ids.slice(start, end));
  if (tokens.length === 0) {
    throw new Failure(
      'instruction-missing',
      l10n.t`The template has no instruction to train.`,
      { file: template.path },
      l10n.t`Put the task description between {{#instruction}} and {{/instruction}}, or set tune.instruction to fixed.`,
    );
  }
  return tokens;
}

/** @throws Failure "label-missing" for a label without a word */
function requireWords(template: PromptTemplate, labels: readonly string[], settings: Settings): void {
  const bare = labels.find((label) => (settings.labels[label] ?? []).length === 0);
  if (bare !== undefined)
    throw new Failure(
      'label-missing',
      l10n.t`The label "${bare}" has no word in tune.labels.`,
      { file: template.path },
      l10n.t`Add a line for it, for example ${bare}: " ${bare}".`,
    );
}

/** @throws Failure "label-missing" for a word without a token, "label-duplicate-word" */
function encodeVerbalizer(
  { template, labels, settings }: Pick<Task, 'template' | 'labels' | 'settings'>,
  inPlace: (word: string) => TokensInPlace,
): Verbalizer {
  const words = labels.map((label) => settings.labels[label]!.map(inPlace));
  const seen = new Map<string, string>();
  labels.forEach((label, i) =>
    words[i]!.forEach(({ merged, tokens }, j) => {
      const word = settings.labels[label]![j]!;
      if (tokens.length === 0)
        throw new Failure(
          'label-missing',
          word === ''
            ? l10n.t`The word "${word}" of the label "${label}" is empty.`
            : l10n.t`The word "${word}" of the label "${label}" adds no token to the prompt.`,
          { file: template.path },
          word === ''
            ? l10n.t`Give it at least one letter.`
            : l10n.t`Choose a word that the model knows, or put a space before it.`,
        );
      const key = `${merged}: ${tokens.join(' ')}`;
      const other = seen.get(key);
      if (other !== undefined)
        throw new Failure(
          'label-duplicate-word',
          l10n.t`The labels "${other}" and "${label}" have the same word "${word}".`,
          { file: template.path },
          l10n.t`Give each label a word of its own in tune.labels.`,
        );
      seen.set(key, label);
    }),
  );
  return words.map((list) => list.map(({ tokens }) => tokens));
}
