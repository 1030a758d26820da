import { Failure } from '../../failure';
import { measureColumns, type ColumnLength } from './columnLengths';
import { searchTellingColumns } from './determinedColumns';
import type { Row } from '../format';
import { answerChoices } from '../rows/answerSpans';
import { fileBatches, readableNames } from '../rows/rowBatches';
import type { TextFormat } from '../table/tableFormat';
import { valueText } from '../valueText';

/** A name that rows lack, or have null for. */
export interface RowLack {
  readonly name: string;
  /** Of the first such row, from 0. */
  readonly row: number;
  /** On which it begins, from 1. */
  readonly line: number;
  /** Rows that lack it. */
  readonly rows: number;
}

/** Rows whose answer is none. */
export interface RowMisfits {
  /** Why the first is none, in a sentence, and what to do, in another. */
  readonly reason: string;
  readonly remedy?: string;
  /** Of the first, from 1. */
  readonly line: number;
  readonly rows: number;
}

/** What a look through a data file finds. */
export interface RowSurvey {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Rows with each value of the label column, as text. */
  readonly labels: Readonly<Record<string, number>>;
  /** Key of each distinct row → its number, from 0. */
  readonly keys: ReadonlyMap<string, number>;
  /** Label of the first row of each key, in their order; undefined where it has none. */
  readonly keyLabels: readonly (string | undefined)[];
  /** Key of each row that is there more than once → how many more there are. */
  readonly repeats: ReadonlyMap<string, number>;
  readonly samples: readonly Row[];
  /** The needed names each of whose values comes with one label alone, and mostly more than once. */
  readonly telling: readonly string[];
  /** The names that rows lack, in the order of the question. */
  readonly lacks: readonly RowLack[];
  /** Rows that make no answer; absent where none is. */
  readonly misfits?: RowMisfits;
  /** How long the values of each column are, as the file has them. */
  readonly lengths: ReadonlyMap<string, ColumnLength>;
  /** Whether the file goes on after the rows that were read. */
  readonly truncated: boolean;
}

export interface SurveyQuestion {
  /** What makes a row the same as another. */
  readonly keyOf: (row: Row) => string;
  /** Column whose values are counted. */
  readonly label?: string;
  /** Names that each row should have. */
  readonly needed?: readonly string[];
  /** Column that each row should have a text in. */
  readonly answer?: string;
  /** First rows to keep. */
  readonly samples: number;
  /** Rows after which to stop. */
  readonly mostRows: number;
  /** The row as it is read, where that is not as the file has it: with a Failure for an answer that is none. */
  readonly asRead?: (row: Row) => Row;
  readonly signal?: AbortSignal;
  /** What the file does not say of itself. */
  readonly how?: TextFormat;
}

/**
 * Reads the rows of a file once, in batches.
 * @throws Failure as `openDataset` does, and the signal's reason once it is aborted
 */
export async function surveyRows(
  path: string,
  { keyOf, label, needed = [], answer, samples, mostRows, asRead, signal, how = {} }: SurveyQuestion,
): Promise<RowSurvey> {
  const columns = new Set<string>();
  const labels = new Map<string, number>();
  const keys = new Map<string, number>();
  const keyLabels: (string | undefined)[] = [];
  const repeats = new Map<string, number>();
  const lacks = new Map<string, RowLack>();
  const asked = [...new Set([...needed, ...(answer === undefined ? [] : [answer])])];
  const lengths = measureColumns();
  const telling = searchTellingColumns(label === undefined ? [] : needed, label ?? '');
  const first: Row[] = [];
  let header: readonly string[] | undefined;
  let misfits: RowMisfits | undefined;
  let rows = 0;
  let truncated = false;
  for await (const batch of fileBatches(path, { ...how, most: mostRows })) {
    signal?.throwIfAborted();
    if (batch.columns) header = readableNames(batch.columns);
    batch.rows.forEach((row, index) => {
      lengths.add(row);
      look(asRead?.(row) ?? row, batch.records[index]!.line);
    });
    truncated = batch.rows.length < batch.records.length;
    if (truncated) break;
  }
  return {
    rows,
    columns: header ?? [...columns],
    labels: Object.fromEntries(labels),
    keys,
    keyLabels,
    repeats,
    lacks: asked.flatMap((name) => lacks.get(name) ?? []),
    ...(misfits && { misfits }),
    samples: first,
    telling: [...telling.found().keys()],
    lengths: lengths.lengths(),
    truncated,
  };

  function look(read: Row, line: number): void {
    const { row, problem } = withoutProblem(read, answer);
    if (problem) {
      const { message: reason, remedy } = problem;
      misfits = misfits ? { ...misfits, rows: misfits.rows + 1 } : { reason, remedy, line, rows: 1 };
    }
    for (const name of asked) {
      const value = Object.hasOwn(row, name) ? row[name] : undefined;
      if (value !== undefined && value !== null && !(name === answer && answerChoices(value)[0] === '')) continue;
      if (problem && name === answer) continue;
      const first = lacks.get(name);
      lacks.set(name, first ? { ...first, rows: first.rows + 1 } : { name, row: rows, line, rows: 1 });
    }
    const key = keyOf(row);
    const own = labelOf(row);
    if (!keys.has(key)) {
      keys.set(key, rows);
      keyLabels.push(own);
    } else repeats.set(key, (repeats.get(key) ?? 0) + 1);
    if (first.length < samples) first.push(row);
    for (const name of Object.keys(row)) columns.add(name);
    if (own !== undefined) labels.set(own, (labels.get(own) ?? 0) + 1);
    if (own !== undefined && telling.isOpen) telling.add(withTexts(row, own));
    rows++;
  }

  function withTexts(row: Row, own: string): ReadonlyMap<string, string> {
    const texts = needed.map((name) => [name, Object.hasOwn(row, name) ? valueText(row[name]) : ''] as const);
    return new Map([...texts.filter(([, text]) => text.trim() !== ''), [label!, own]]);
  }

  function labelOf(row: Row): string | undefined {
    const value = label !== undefined && Object.hasOwn(row, label) ? row[label] : undefined;
    return valueText(value) || undefined;
  }
}

/** A row without what is no answer. */
function withoutProblem(row: Row, answer: string | undefined): { readonly row: Row; readonly problem?: Failure } {
  const problem = answer === undefined ? undefined : row[answer];
  if (!(problem instanceof Failure)) return { row };
  return { row: Object.fromEntries(Object.entries(row).filter(([name]) => name !== answer)), problem };
}
