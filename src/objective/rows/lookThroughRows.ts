import * as l10n from '@vscode/l10n';
import { rowWeight } from './rowWeight';
import { createHash } from 'node:crypto';
import type { Dataset, Row } from '../../data/dataset';
import { Failure } from '../../failure';
import type { LanguageModel } from '../../model/openModel';
import { rowKey, tellsRowsApart } from '../../data/rows/rowKey';
import { renderPrompt } from '../../template/render/render';
import type { Segment } from '../../template/render/renderedPrompt';
import { encodeRow, expectedAnswer } from '../example';
import { keyColumnsOf } from './rowColumns';
import { templateFor, type Task } from '../task';
import { mostTokensOf } from '../../template/render/length/tokenBound';

type Split = keyof Task['splits'];
const splits = ['train', 'dev', 'test'] as const;

/** What a look through all rows of a split found. */
export interface SplitRows {
  readonly rows: number;
  /** Rows that the other splits have too, by the columns that the template reads. */
  readonly shared: Partial<Readonly<Record<Split, number>>>;
  /** Rows whose longest value is shortened so that the prompt fits; 0 where the split was not checked. */
  readonly shortened: number;
}

export interface LookOptions {
  /** Splits whose rows must do as examples; the others are only compared. */
  readonly check: readonly Split[];
  readonly signal?: AbortSignal;
  onProgress?(done: number, rows: number): void;
}

/** Rows between two looks at what else there is to do. */
const rowsAtATime = 1000;
/** Lines that a failure names at most, beside the first. */
const namedLines = 5;

/**
 * Reads every row of every split once, before the first is trained on: says which cannot be used, and how many rows the
 * splits have in common. A row is encoded only where its length does not show that its prompt fits.
 * @throws Failure as `encodeRows` does, naming the first row and how many more there are; the signal's reason
 */
export const lookThroughRows = (
  task: Task,
  model: LanguageModel,
  options: LookOptions,
): Promise<Partial<Readonly<Record<Split, SplitRows>>>> =>
  lookThroughSplits(task, { ...options, isUsable: openRowCheck(task, model) });

/** The same by another judgement of what makes a row usable. @throws Failure of the first row that is not */
export async function lookThroughSplits(
  task: Pick<Task, 'template' | 'splits'>,
  { check, signal, onProgress, isUsable }: LookOptions & { readonly isUsable: RowCheck },
): Promise<Partial<Readonly<Record<Split, SplitRows>>>> {
  const columns = keyColumnsOf(task.template);
  const rows = splits.reduce((sum, split) => sum + (task.splits[split]?.rows ?? 0), 0);
  const keys = new Map<Split, ReadonlyMap<string, number>>();
  const shortened = new Map<Split, number>();
  let done = 0;
  for (const split of splits) {
    const dataset = task.splits[split];
    if (!dataset) continue;
    const seen = new Map<string, number>();
    const problems: Failure[] = [];
    let cut = 0;
    let index = 0;
    for await (const row of dataset.all()) {
      if (done % rowsAtATime === 0) {
        signal?.throwIfAborted();
        onProgress?.(done, rows);
        await pause();
      }
      if (tellsRowsApart(columns)) {
        const key = shortKey(rowKey(row, columns));
        seen.set(key, (seen.get(key) ?? 0) + 1);
      }
      if (check.includes(split)) {
        const found = isUsable({ dataset, row, index });
        if (found === 'shortened') cut++;
        if (found instanceof Failure) problems.push(found);
      }
      index++;
      done++;
    }
    if (problems.length > 0) throw together(problems, split);
    keys.set(split, seen);
    shortened.set(split, cut);
  }
  onProgress?.(rows, rows);
  return Object.fromEntries(
    [...keys].map(([split, own]): [Split, SplitRows] => [
      split,
      {
        rows: task.splits[split]!.rows,
        shared: Object.fromEntries(
          [...keys].filter(([other]) => other !== split).map(([other, theirs]) => [other, rowsIn(own, theirs)]),
        ),
        shortened: shortened.get(split)!,
      },
    ]),
  );
}

/** Lets timers and messages have their turn. */
const pause = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Rows of one split whose key the other has. */
function rowsIn(own: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const [key, rows] of own) if (other.has(key)) sum += rows;
  return sum;
}

/** 16 letters in place of a long text: 96 bits, enough to tell billions of rows apart. */
function shortKey(key: string): string {
  return key.length <= 24 ? key : createHash('sha1').update(key).digest('base64').slice(0, 16);
}

/** Says of a row whether it can be used as it is, shortened, or not. */
export type RowCheck = (given: {
  readonly dataset: Dataset;
  readonly row: Row;
  readonly index: number;
}) => 'whole' | 'shortened' | Failure;

function openRowCheck(task: Task, model: LanguageModel): RowCheck {
  const fits = openBound(task, model);
  const surroundings = new Set<string>();
  return ({ dataset, row, index }) => {
    try {
      const location = { file: dataset.path, line: dataset.lineOf(index) };
      const { expected } = expectedAnswer(task, row, location);
      rowWeight(row, task.settings, location);
      const { segments } = renderPrompt(templateFor(task, row), row, task.encoder);
      const around = task.instruction.length > 0 ? aroundInstruction(segments) : '';
      const isKnown = task.instruction.length === 0 || surroundings.has(around);
      if (isKnown && fits(segments, expected)) return 'whole';
      const example = encodeRow(task, model, { dataset, row, index });
      surroundings.add(around);
      return example.shortened ? 'shortened' : 'whole';
    } catch (error) {
      if (error instanceof Failure) return error;
      throw error;
    }
  };
}

/** Letters of a prompt up to which an answer could merge with all of it. */
const fewLetters = 64;

/** Says quickly that a prompt fits: its text is too short to have more tokens than the context. */
function openBound(
  task: Task,
  { tokenizer }: LanguageModel,
): (segments: readonly Segment[], expected: string) => boolean {
  const bound = mostTokensOf(tokenizer);
  const words = task.labels.flatMap((label) => task.settings.labels[label] ?? []);
  const longestWord = words.reduce((most, word) => Math.max(most, bound(word)), 0);
  const around = bound.special + task.layout.total + (task.layout.masks ?? 0);
  return (segments, expected) => {
    let tokens = around + (task.labels.length > 0 ? longestWord : bound(expected) + 1);
    let letters = 0;
    for (const segment of segments) {
      if (segment.kind !== 'text') continue;
      tokens += bound(segment.text);
      letters += segment.text.trim().length;
    }
    return letters > fewLetters && tokens <= task.contextLength;
  };
}

/**
 * What decides the tokens of an instruction, which must be the same in every row where they are trained: the text up to
 * its end, and the first letters behind it.
 */
function aroundInstruction(segments: readonly Segment[]): string {
  const texts = segments.map((segment) => (segment.kind === 'text' ? segment.text : '\0'));
  const last = segments.reduce((at, segment, i) => (segment.kind === 'text' && segment.instruction ? i : at), -1);
  const behind = texts.slice(last + 1).join('');
  return texts.slice(0, last + 1).join('') + /^\s*\S?\S?/.exec(behind)![0];
}

/** One failure for all rows that have the first's: which they are, and that there are others. */
function together(problems: readonly Failure[], split: Split): Failure {
  const [first, ...others] = problems as [Failure, ...Failure[]];
  const same = others.filter(({ code }) => code === first.code);
  const more = others.length - same.length;
  const lines = same.slice(0, namedLines).map(({ location }) => location.line);
  const listedLines = `${lines.join(', ')}${same.length > lines.length ? ' …' : ''}`;
  const sentences = [
    first.message,
    ...(same.length > 0
      ? [
          same.length === 1
            ? l10n.t`The same is wrong with one more row of ${split}: line ${listedLines}.`
            : l10n.t`The same is wrong with ${same.length} more rows of ${split}: lines ${listedLines}.`,
        ]
      : []),
    ...(more === 1 ? [l10n.t`Another row has other faults.`] : []),
    ...(more > 1 ? [l10n.t`${more} other rows have other faults.`] : []),
  ];
  return new Failure(first.code, sentences.join(' '), first.location, first.remedy);
}
