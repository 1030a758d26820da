import * as l10n from '@vscode/l10n';
import { shuffle, type Random } from '../../data/random';
import { rowKey } from '../../data/rows/rowKey';
import type { Row } from '../../data/dataset';
import { Failure } from '../../failure';
import { sha256 } from '../../files/sha256';
import type { LanguageModel } from '../../model/openModel';
import { encodeRow, expectedAnswer, longestAnswer } from '../../objective/example';
import { exampleAnswer, exampleFormOf, type ExampleTask } from '../../objective/exampleAnswer';
import { keyColumnsOf } from '../../objective/rows/rowColumns';
import { requireSplit } from '../../objective/rows/splits';
import type { Task } from '../../objective/task';
import { exampleText, writeExample, type Example } from '../../template/examples/exampleSource';
import { questionOf } from '../../template/examples/question';
import { renderPieces } from '../../template/render/render';
import { spellsSpecial } from '../../template/render/stretch';
import type { ExamplesSetting } from '../../template/settings/examplesSetting';

/** A row of train as an example. */
export interface ExampleRow {
  /** Row number in train, from 0. */
  readonly row: number;
  /** Of its inputs: equal rows have equal ones. */
  readonly key: string;
  /** Place of its label in the enum; -1 for a text. */
  readonly label: number;
  readonly written: Example;
  readonly tokens: number;
}

/** The rows of train that may be shown: each once, and none that dev or test has too. */
export interface ExamplePool {
  /** Row numbers by label, shuffled; of a task of texts all under -1. */
  readonly byLabel: ReadonlyMap<number, readonly number[]>;
  /** Row numbers of train by the key of their inputs. */
  readonly sameRows: ReadonlyMap<string, readonly number[]>;
  /** Most tokens that an example may have. */
  readonly tokens: number;
  /** The row as an example; undefined where it cannot be shown, or is too long. */
  example(row: number): Promise<ExampleRow | undefined>;
}

/** How long texts are to who reads them. */
export interface Ruler {
  /** Tokens that there are for examples. */
  room(): Promise<number>;
  /** Undefined for a text that cannot be shown. */
  tokensOf(text: string): number | undefined;
}

/** Rows whose length is counted exactly: those with the longest texts. */
const countedRows = 24;
/** Tokens around an example beside its own: what parts it from the next. */
const separatorTokens = 2;
const partsOfContext = 2;

/**
 * Looks through the rows for those that may be shown.
 * @throws Failure "examples-form" for a template that cannot hold examples, "examples-rows" where there are too few
 * rows or no room, "label-without-rows"
 */
export async function openPool(
  task: ExampleTask,
  { room: roomOf, tokensOf }: Ruler,
  { setting, random }: { readonly setting: ExamplesSetting; readonly random: Random },
): Promise<ExamplePool> {
  const question = questionOf(task.template);
  const train = requireSplit(task, 'train');
  const measured = await keysOf(task, ['dev', 'test']);
  const sameRows = new Map<string, number[]>();
  const labels = new Map<number, number[]>(task.labels.map((_, label) => [label, []]));
  const columns = keyColumnsOf(task.template);
  const rowsOf = (label: number): number[] => {
    const rows = labels.get(label) ?? [];
    labels.set(label, rows);
    return rows;
  };
  let index = 0;
  for await (const row of train.all()) {
    const key = keyOf(row, columns);
    const { label } = expectedAnswer(task, row, { file: train.path, line: train.lineOf(index) });
    const same = sameRows.get(key);
    if (same) same.push(index);
    else {
      sameRows.set(key, [index]);
      if (!measured.has(key)) rowsOf(label).push(index);
    }
    index++;
  }
  requireRows(task, labels, setting);
  const room = (await roomOf()) / setting.count;
  const tokens =
    Math.floor(setting.tokens > 0 ? Math.min(room, setting.tokens / setting.count) : room) - separatorTokens;
  const form = exampleFormOf(task);
  return {
    byLabel: new Map([...labels].map(([label, rows]) => [label, shuffle(rows, random)])),
    sameRows,
    tokens,
    async example(number) {
      const [row] = await train.read([number]);
      const location = { file: train.path, line: train.lineOf(number) };
      const answer = exampleAnswer(task, row!, location);
      const written = writeExample(question, row!, { answer, form });
      const text = exampleText(written);
      const length = tokensOf(text);
      const { label } = expectedAnswer(task, row!, location);
      return length === undefined || length > tokens
        ? undefined
        : { row: number, key: keyOf(row!, columns), label, written, tokens: length };
    },
  };
}

/** Of the inputs of a row: two rows have the same where the template cannot tell them apart. */
export const keyOf = (row: Row, columns: ReturnType<typeof keyColumnsOf>): string => sha256(rowKey(row, columns));

async function keysOf(task: ExampleTask, splits: readonly ('dev' | 'test')[]): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const columns = keyColumnsOf(task.template);
  for (const split of splits) for await (const row of task.splits[split]?.all() ?? []) keys.add(keyOf(row, columns));
  return keys;
}

function requireRows(
  { labels: names, template, splits }: ExampleTask,
  labels: ReadonlyMap<number, readonly number[]>,
  { count, choose }: ExamplesSetting,
): void {
  const file = splits.train!.path;
  const rows = [...labels.values()].reduce((sum, list) => sum + list.length, 0);
  if (rows < count)
    throw new Failure(
      'examples-rows',
      l10n.t`tune.examples asks for ${count} examples; train has ${rows} rows that dev and test do not have too.`,
      { file },
      l10n.t`Lower count, or add rows to train.`,
    );
  const bare = [...labels].find(([, list]) => list.length === 0);
  // Those most like a row are not balanced over the labels.
  if (bare && choose !== 'similar')
    throw new Failure(
      'label-without-rows',
      l10n.t`The label "${String(names[bare[0]])}" has no row in train that could be shown as an example.`,
      { file },
      l10n.t`Add one, or take the label out of output.schema of ${template.path}.`,
    );
}

/** How the model of a task counts what it reads. */
export const modelRuler = (task: Task, model: LanguageModel): Ruler => ({
  room: () => roomFor(task, model),
  tokensOf(text) {
    // In one text a control token that a row spells would become one.
    if (!task.encoder.chat && spellsSpecial(task.encoder, text)) return undefined;
    return task.encoder.encode(text, false).length;
  },
});

/** Tokens that the context leaves beside the longest row; where rows are shortened, half of it. */
async function roomFor(task: Task, model: LanguageModel): Promise<number> {
  const { settings, contextLength } = task;
  if (settings.truncate !== 'none') return contextLength / partsOfContext;
  let longest = 0;
  for (const dataset of Object.values(task.splits)) {
    const lengths: (readonly [row: number, letters: number])[] = [];
    let index = 0;
    for await (const row of dataset.all()) {
      const letters = renderPieces(task.template, row, false).reduce(
        (sum, piece) => sum + (piece.kind === 'text' ? piece.text.length : 0),
        0,
      );
      lengths.push([index++, letters]);
    }
    const most = lengths.sort((a, b) => b[1] - a[1]).slice(0, countedRows);
    const read = await dataset.read(most.map(([row]) => row));
    for (const [i, row] of read.entries()) {
      const example = encodeRow(task, model, { dataset, row, index: most[i]![0] });
      longest = Math.max(longest, example.prompt.length + longestAnswer(example));
    }
  }
  return contextLength - longest;
}
