import * as l10n from '@vscode/l10n';
import type { Row } from '../../data/dataset';
import { Failure } from '../../failure';
import { instructionSource } from '../../template/edit/replaceInstruction';
import type { Task } from '../../objective/task';
import { requireSplit } from '../../objective/rows/splits';
import type { Bounds } from './bounds';
import type { Continuations } from './proposals/continuations';
import { isEnglish, sentences, sentencesForChoices } from './proposals/english';
import { scoreFluency, type FluencyScore } from './judging/fluency';
import type { InstructionScorer } from './judging/instructionScorer';
import { openEmbeddingSimilarity, type EmbeddingSimilarity } from './proposals/embeddingSimilarity';
import { instructionSpanOf, type InstructionSpan } from './text/instructionSpan';
import { exchangeableTokens, type ExchangeableTokens } from './proposals/exchangeableTokens';
import type { TextWriter } from './proposals/textWriter';
import {
  labelStretches,
  labelWordsOf,
  wordVocabulary,
  writtenLabels,
  type WordVocabulary,
} from './proposals/vocabulary';
import { counts } from './text/listMarking';
import { readMarkedList } from './text/optionList';
import { readWords, type Sentence } from './text/words';

/** What stays the same through a search. */
export interface SearchContext extends InstructionScorer {
  /** The task with the original text, without anything trained. */
  readonly task: Task;
  readonly continuations: Continuations;
  readonly vocabulary: WordVocabulary;
  readonly similarity: EmbeddingSimilarity;
  /** Words of the original, lower case. */
  readonly written: ReadonlySet<string>;
  /** Sentences that may be added to it. */
  readonly additions: readonly string[];
  /** Label words as they may be listed. */
  readonly names: readonly string[];
  /** Rows to render instructions in. */
  readonly rows: readonly Row[];
  /** Training rows that edits are proposed and measured on. */
  readonly trainRows: readonly number[];
  readonly start: { readonly source: string; readonly span: InstructionSpan; readonly fluencyScore: FluencyScore };
  /** Cuts an instruction into words, those locked that no edit within the bounds may touch. */
  read(source: string, bounds: Pick<Bounds, 'keepsNames'>): Sentence;
  /** The label words that a text holds, in no order, as one string. */
  namesIn(source: string): string;
  /** Where the format begins that leads up to the first variable; the length of the text where nothing does. */
  formatStart(source: string): number;
  /** Tokens that may be exchanged for one another; looked through at the first call. */
  exchangeable(): ExchangeableTokens;
  readonly selection: SelectionRows;
  readonly forwards: ForwardBudget;
  /** What else writes whole texts. */
  readonly writers: readonly TextWriter[];
}

/** The instruction that an iteration tries to better. */
export interface Incumbent {
  readonly source: string;
  readonly task: Task;
  readonly fluencyScore: FluencyScore;
}

/** An instruction that an iteration measures. */
export interface Candidate {
  readonly source: string;
  readonly task: Task;
  /** What proposed it. */
  readonly origin: string;
}

/** Counts example forwards. */
export interface ForwardBudget {
  readonly budget: number;
  done: number;
}

/** The rows that choose among accepted texts. */
export interface SelectionRows {
  readonly split: 'train' | 'dev';
  readonly rows: readonly number[];
}

/**
 * Rows that choose among texts: at most, since each accepted text is measured on all of them, and at least, since fewer
 * do not tell texts apart.
 */
const mostRows = 200;
const leastRows = 20;
/** Share of the training rows that choose the text where there is no dev data. */
const heldOutShare = 0.2;
/** Rows rendered to see what stands around the instruction. */
const rowsSeen = 4;

/**
 * Looks at the instruction where it stands and at the rows there are.
 * @param task with its text alone
 * @throws Failure "instruction-missing", "instruction-several", "instruction-in-partial", "data-missing"
 */
export async function prepare(
  task: Task,
  scorer: InstructionScorer,
  {
    continuations,
    budget,
    writers,
  }: { readonly continuations: Continuations; readonly budget: number; readonly writers: readonly TextWriter[] },
): Promise<SearchContext> {
  const { template } = task;
  const { model } = scorer;
  const { text: source, marked } = instructionSource(template.text, template.path, (name) => template.partials[name]);
  const dataset = requireSplit(task, 'train');
  const selection = selectionRowsOf(task);
  const rows = await dataset.read(Array.from({ length: Math.min(rowsSeen, dataset.rows) }, (_, i) => i));
  const span = instructionSpanOf(task, model, rows);
  if (!span)
    throw new Failure(
      'instruction-missing',
      l10n.t`The instruction leaves no text to rewrite.`,
      { file: template.path },
      l10n.t`Put the task description between {{#instruction}} and {{/instruction}}.`,
    );
  const isLabelWord = labelWordsOf(task);
  const [named, names] = [namedWords(task), writtenLabels(task)];
  const additions = isEnglish(source)
    ? [...sentences, ...(task.labels.length > 0 ? sentencesForChoices : [])].filter(
        (text) => !text.split(/\W+/).some(isLabelWord),
      )
    : [];
  const format = marked ? source.length : formatStart(source);
  // Where the format begins is counted from the end, since edits before it change the length.
  const formatOf = (text: string): number => text.length - (source.length - format);
  const forwards: ForwardBudget = { budget, done: 0 };
  let tokens: ExchangeableTokens | undefined;
  const [fluencyScore] = await scoreFluency(model, scorer.objective, [span]);
  return {
    ...scorer,
    task,
    continuations: {
      ...continuations,
      after(sequences, reads) {
        forwards.done += sequences.length;
        return continuations.after(sequences, reads);
      },
    },
    rows,
    selection,
    vocabulary: wordVocabulary(model.tokenizer, source, isLabelWord),
    trainRows: Array.from(
      { length: dataset.rows - (selection.split === 'train' ? selection.rows.length : 0) },
      (_, i) => i,
    ),
    similarity: openEmbeddingSimilarity(model),
    written: new Set(
      readWords(source, () => true)
        .words.filter(({ locked }) => !locked)
        .map(({ core }) => core.toLowerCase()),
    ),
    additions,
    names,
    start: { source, span, fluencyScore: fluencyScore! },
    formatStart: formatOf,
    namesIn: (text) =>
      [
        ...readWords(text, () => true).words.flatMap(({ core }) => (isLabelWord(core) ? [core.toLowerCase()] : [])),
        ...labelStretches(task, text).map(([from, to]) => text.slice(from, to)),
      ]
        .sort()
        .join(' '),
    exchangeable: () => (tokens ??= exchangeableTokens(model)),
    read(text, { keepsNames }) {
      const end = formatOf(text);
      const list = keepsNames ? readMarkedList(text, names, end) : undefined;
      const isCounted = (at: number): boolean => counts(list?.marking) && at >= list!.from && at < list!.to;
      const added = additions.flatMap((sentence) =>
        text.includes(sentence) && !source.includes(sentence)
          ? [[text.indexOf(sentence), text.indexOf(sentence) + sentence.length] as const]
          : [],
      );
      const labels = keepsNames ? labelStretches(task, text) : [];
      return readWords(
        text,
        (core, offset) =>
          offset < end &&
          !isCounted(offset) &&
          !labels.some(([from, to]) => offset < to && offset + core.length > from) &&
          !(keepsNames && (isLabelWord(core) || named.has(core.toLowerCase()))) &&
          !added.some(([from, to]) => offset >= from && offset < to),
      );
    },
    forwards,
    writers,
  };
}

/** Words by which the instruction refers to the prompt: names of its variables, and headings such as "Question:". */
function namedWords({ template, answerField }: Task): ReadonlySet<string> {
  const headings = template.text.match(/[\p{L}\p{N}]+(?=[:：][ \t]*\{\{)/gu) ?? [];
  return new Set([...template.variables, answerField, ...headings].map((word) => word.toLowerCase()));
}

/**
 * Without a block, the last line of a longer opening leads up to the first variable: "Text: {{text}}". It belongs to
 * the format.
 */
function formatStart(source: string): number {
  const line = source.lastIndexOf('\n') + 1;
  return source.slice(0, line).trim() === '' ? source.length : line;
}

function selectionRowsOf(task: Task): SelectionRows {
  const train = requireSplit(task, 'train').rows;
  const { by: split, rows } = selectionRows({ dev: task.splits.dev?.rows, train });
  const first = split === 'dev' ? 0 : train - rows;
  return { split, rows: Array.from({ length: rows }, (_, i) => first + i) };
}

/**
 * Which rows choose among texts, and how many: the first of dev, or the last of train where there is no dev, or so
 * little of it that train has more rows to hold out.
 */
export function selectionRows({ dev = 0, train }: { readonly dev?: number; readonly train: number }): {
  readonly by: 'train' | 'dev';
  readonly rows: number;
} {
  const heldOut = Math.min(mostRows, Math.floor(train * heldOutShare));
  if (dev >= leastRows || dev >= heldOut) return { by: 'dev', rows: Math.min(mostRows, dev) };
  return { by: 'train', rows: heldOut };
}

/**
 * What a person should know of the rows that choose; undefined where they are enough.
 * @param dev rows of dev, where there is one
 */
export function selectionWarning(dev: number | undefined, train: number): string | undefined {
  const { by, rows } = selectionRows({ dev, train });
  if (rows >= leastRows && (by === 'dev' || dev === undefined)) return undefined;
  if (by === 'train' && dev !== undefined)
    return l10n.t`Dev has ${dev} rows, which cannot choose among instructions: ${rows} rows of train are held out \
for that.`;
  return l10n.t`Only ${rows} rows of ${by} can choose among instructions, too few to tell a better one from chance.`;
}
