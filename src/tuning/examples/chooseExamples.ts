import * as l10n from '@vscode/l10n';
import { shuffle, streamFor, type Random } from '../../data/random';
import type { Row } from '../../data/dataset';
import { Failure } from '../../failure';
import type { LanguageModel } from '../../model/openModel';
import { exampleFormOf, type ExampleTask } from '../../objective/exampleAnswer';
import { requireSplit } from '../../objective/rows/splits';
import type { Task } from '../../objective/task';
import { exampleText, examplesSource } from '../../template/examples/exampleSource';
import { insertExamples } from '../../template/examples/insertExamples';
import { questionOf } from '../../template/examples/question';
import type { ExamplesSetting } from '../../template/settings/examplesSetting';
import { drawExamples } from './draw';
import { modelRuler, openPool, type ExamplePool, type ExampleRow, type Ruler } from './pool';
import { searchExamples, type ExampleSearchResult } from './searchExamples';

/** A row that is shown as an example. */
export interface ShownRow {
  /** Row number in train, from 0, and its line in the file, from 1. */
  readonly row: number;
  readonly line: number;
  /** Of its inputs. */
  readonly sha256: string;
  /** As it is shown. */
  readonly text: string;
}

/** The examples of every prompt of a run. */
export interface WrittenExamples {
  readonly rows: readonly ShownRow[];
  /** As they stand in the body. */
  readonly source: string;
  /** The whole template with them. */
  readonly text: string;
  /** Rows of train that are shown, or have the inputs of one that is: nothing is trained on them. */
  readonly hidden: readonly number[];
  /** What a search for them came to. */
  readonly search?: Omit<ExampleSearchResult, 'examples'> & { readonly rows: number };
}

export interface ChoosingOptions {
  readonly signal?: AbortSignal;
  onProgress?(done: number, budget: number): void;
}

/** Rows of train that a search measures examples on. */
const measuredRows = 320;
const fewestMeasured = 6;
/** Rows that may be shown where each row has examples of its own. */
const mostSimilar = 5000;
const stream = 16;

/**
 * Chooses the examples that all prompts of a task show.
 * @param setting `random` or `search`
 * @throws Failure "examples-form", "examples-rows", "label-without-rows"
 */
export async function chooseExamples(
  task: Task,
  model: LanguageModel,
  setting: ExamplesSetting,
  { signal, onProgress }: ChoosingOptions = {},
): Promise<WrittenExamples> {
  const { seed, searchBudget } = task.settings;
  if (setting.choose === 'random') return drawnExamples(task, modelRuler(task, model), setting);
  const pool = await openPool(task, modelRuler(task, model), { setting, random: streamFor(seed, stream) });
  const file = requireSplit(task, 'train').path;
  const { shown, measured } = divided(pool, setting.count, { random: streamFor(seed, stream, 2), file });
  const events = searchExamples({
    task,
    model,
    setting,
    pool: shown,
    rows: measured,
    seed,
    budget: searchBudget,
    signal,
    show: (examples) => ({ ...task, template: insertExamples(task.template, sourceOf(task, examples)) }),
  });
  for (;;) {
    const next = await events.next();
    if (next.done) {
      const { examples, ...search } = next.value;
      return { ...writtenExamples(task, pool, examples), search: { ...search, rows: measured.length } };
    }
    onProgress?.(Math.min(next.value.done, next.value.budget), next.value.budget);
  }
}

/**
 * Examples that the seed draws, for whoever reads them.
 * @throws Failure as {@link chooseExamples} does
 */
export async function drawnExamples(
  task: ExampleTask,
  ruler: Ruler,
  setting: ExamplesSetting,
): Promise<WrittenExamples> {
  const { seed } = task.settings;
  const pool = await openPool(task, ruler, { setting, random: streamFor(seed, stream) });
  const file = requireSplit(task, 'train').path;
  const drawn = await drawExamples(pool, setting.count, { random: streamFor(seed, stream, 1), file });
  return writtenExamples(task, pool, drawn);
}

const sourceOf = (task: ExampleTask, examples: readonly ExampleRow[]): string =>
  examplesSource(
    examples.map(({ written }) => written),
    questionOf(task.template),
    exampleFormOf(task),
  );

function writtenExamples(task: ExampleTask, pool: ExamplePool, examples: readonly ExampleRow[]): WrittenExamples {
  const source = sourceOf(task, examples);
  const train = requireSplit(task, 'train');
  return {
    rows: examples.map(({ row, key, written }) => ({
      row,
      line: train.lineOf(row),
      sha256: key,
      text: exampleText(written),
    })),
    source,
    text: insertExamples(task.template, source).text,
    hidden: examples.flatMap(({ key }) => pool.sameRows.get(key)!).sort((a, b) => a - b),
  };
}

/**
 * The rows that a search may show, and those that it measures on: of each label half, so that no row is ever measured
 * on a prompt that shows it.
 * @throws Failure "examples-rows" where nothing is left to measure on
 */
function divided(
  pool: ExamplePool,
  count: number,
  { random, file }: { readonly random: Random; readonly file: string },
): { readonly shown: ExamplePool; readonly measured: readonly number[] } {
  const each = Math.ceil(count / pool.byLabel.size);
  const half = (rows: readonly number[]): number => Math.max(Math.min(each, rows.length), Math.ceil(rows.length / 2));
  const byLabel = new Map([...pool.byLabel].map(([label, rows]) => [label, rows.slice(0, half(rows))]));
  const rest = [...pool.byLabel.values()].flatMap((rows) => rows.slice(half(rows)));
  if (rest.length >= fewestMeasured)
    return { shown: { ...pool, byLabel }, measured: shuffle(rest, random).slice(0, measuredRows) };
  throw new Failure(
    'examples-rows',
    l10n.t`A search for examples measures on rows of train that it does not show; ${rest.length} are left.`,
    { file },
    l10n.t`Add rows to train, or set choose to random.`,
  );
}

/**
 * The rows that may be shown where each row has those most like it.
 * @throws Failure as {@link chooseExamples} does
 */
export async function similarPool(task: Task, model: LanguageModel, setting: ExamplesSetting): Promise<readonly Row[]> {
  const { seed } = task.settings;
  const pool = await openPool(task, modelRuler(task, model), { setting, random: streamFor(seed, stream) });
  const shown: number[] = [];
  for (const row of shuffle([...pool.byLabel.values()].flat(), streamFor(seed, stream, 3)).slice(0, mostSimilar))
    if (await pool.example(row)) shown.push(row);
  return requireSplit(task, 'train').read(shown);
}
