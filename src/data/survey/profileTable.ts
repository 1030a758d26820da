import { append } from '../../lists';
import { writeJson } from '../exactNumber';
import { searchDeterminedColumns, type DeterminedColumns } from './determinedColumns';
import type { Row } from '../format';
import { spanTexts } from '../rows/answerSpans';
import { fileBatches, readableNames } from '../rows/rowBatches';
import type { TextFormat } from '../table/tableFormat';
import { valueText } from '../valueText';

/** What stands in a column. */
export interface ColumnProfile {
  readonly name: string;
  /** Rows that have a value there, and not only white space. */
  readonly filled: number;
  /**
   * Each distinct value as text, a list or an object as JSON → rows, up to {@link mostDistinct} of them, in order of
   * first appearance.
   */
  readonly values: ReadonlyMap<string, number>;
  /** Whether there are more distinct values than `values` holds. */
  readonly isMany: boolean;
  /** Mean and largest number of characters of the values. */
  readonly meanLength: number;
  readonly longest: number;
  /** Values that are numbers, that spread over several lines, and that are JSON lists or objects. */
  readonly numbers: number;
  readonly multiline: number;
  readonly lists: number;
  readonly objects: number;
}

export interface TableProfile {
  /** Rows that were looked at. */
  readonly rows: number;
  readonly columns: readonly ColumnProfile[];
  /** Names that several columns have, so that none of them can be read. */
  readonly repeatedColumns: readonly string[];
  /** Which columns tell the value of others. */
  readonly determined: DeterminedColumns;
  /** The first of them. */
  readonly samples: readonly Row[];
  /** Whether the file goes on after the rows that were looked at. */
  readonly truncated: boolean;
}

/** Rows that are looked at; a longer file is looked through up to here. */
const mostRows = 100_000;
/** First rows that are kept. */
const keptRows = 50;
/** Distinct values of a column that are kept. */
const mostDistinct = 1000;

/**
 * Looks through the rows of a file once.
 * @throws Failure as `openDataset` does, but for a file without rows
 */
export async function profileTable(path: string, how: TextFormat = {}): Promise<TableProfile> {
  const columns = new Map<string, GrowingProfile>();
  const samples: Row[] = [];
  const determined = searchDeterminedColumns();
  let header: readonly string[] | undefined;
  let repeatedColumns: readonly string[] = [];
  let [rows, truncated] = [0, false];
  for await (const batch of fileBatches(path, { ...how, most: mostRows }, { chosen: true })) {
    if (batch.columns) {
      header = readableNames(batch.columns);
      repeatedColumns = batch.columns.repeated;
    }
    batch.rows.forEach((row) => determined.add(addRow(columns, row)));
    append(samples, batch.rows.slice(0, keptRows - samples.length));
    rows += batch.rows.length;
    truncated = batch.rows.length < batch.records.length;
    if (truncated) break;
  }
  const names = header ?? [...columns.keys()];
  return {
    rows,
    columns: names.map((name) => finished(name, columns.get(name) ?? emptyProfile())),
    repeatedColumns,
    determined: determined.found(),
    samples,
    truncated,
  };
}

interface GrowingProfile {
  filled: number;
  readonly values: Map<string, number>;
  isMany: boolean;
  letters: number;
  longest: number;
  numbers: number;
  multiline: number;
  lists: number;
  objects: number;
}

const emptyProfile = (): GrowingProfile => ({
  filled: 0,
  values: new Map(),
  isMany: false,
  letters: 0,
  longest: 0,
  numbers: 0,
  multiline: 0,
  lists: 0,
  objects: 0,
});

/** @returns the values of the row that are more than white space, as texts */
function addRow(columns: Map<string, GrowingProfile>, row: Row): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(row)) {
    let column = columns.get(name);
    if (!column) columns.set(name, (column = emptyProfile()));
    if (spanTexts(value)?.every((span) => span.trim() === '')) continue;
    const kind = jsonKind(value);
    const text = kind !== undefined && typeof value !== 'string' ? writeJson(value) : valueText(value);
    if (text.trim() === '') continue;
    values.set(name, text);
    column.filled++;
    column.letters += text.length;
    column.longest = Math.max(column.longest, text.length);
    if (Number.isFinite(Number(text))) column.numbers++;
    if (/[\r\n]/.test(text.trim())) column.multiline++;
    if (kind === 'list') column.lists++;
    if (kind === 'object') column.objects++;
    if (column.values.has(text) || column.values.size < mostDistinct)
      column.values.set(text, (column.values.get(text) ?? 0) + 1);
    else column.isMany = true;
  }
  return values;
}

/** Whether a value is a list or an object, or the JSON of one. */
export function jsonKind(value: unknown): 'list' | 'object' | undefined {
  const read = typeof value === 'string' ? parsed(value) : value;
  if (Array.isArray(read)) return 'list';
  return typeof read === 'object' && read !== null && Object.getPrototypeOf(read) === Object.prototype
    ? 'object'
    : undefined;
}

function parsed(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function finished(name: string, { letters, ...column }: GrowingProfile): ColumnProfile {
  return { name, ...column, meanLength: column.filled === 0 ? 0 : letters / column.filled };
}
