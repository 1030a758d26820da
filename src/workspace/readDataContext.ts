import * as l10n from '@vscode/l10n';
import { dirname, resolve } from 'node:path';
import { emptyFile } from '../data/dataset';
import { formatOf, isTable, type Row } from '../data/format';
import { lookAtTable, type TableLook } from '../data/table/lookAtTable';
import { readColumns, type KnownColumns } from '../data/survey/readColumns';
import { surveyRows, type RowSurvey } from '../data/survey/surveyRows';
import { readSeparator } from '../data/table/tableFormat';
import { Failure } from '../failure';
import type { Analysis } from '../template/read/analysis';
import { namedFiles, type NamedFile } from '../template/read/dataFiles';
import { rowKey } from '../data/rows/rowKey';
import { keyColumns } from '../template/read/keyColumns';
import { outputOf, rowVariables, type OutputField } from '../template/read/template';
import { withAnswer } from '../template/render/chat/rowMessages';
import type { SplitName, SplitSummary, TemplateContext } from '../template/read/templateContext';
import { neededColumns } from './dataFiles';
import { rememberByFile } from '../files/fileCache';
import { sentences } from '../words/listed';

/** Rows that are compared with each other; a longer file is looked through up to here. */
const mostRows = 100_000;
/** Rows kept to show as samples and to measure a typical prompt by. */
const keptRows = 20;

const columnsRead = rememberByFile<KnownColumns>();
const surveys = rememberByFile<RowSurvey>();
const looks = rememberByFile<TableLook | undefined>();

const pathOf = (analysis: Analysis, file: string): string => resolve(dirname(resolve(analysis.path)), file);

/**
 * The columns of the data files that can be read, and how those tables read that lack one of the template's; errors
 * are reported when rows are read.
 */
export async function columnContext(
  analysis: Analysis,
): Promise<Pick<TemplateContext, 'columns' | 'splitColumns' | 'tables'>> {
  const splitColumns: Partial<Record<SplitName, KnownColumns>> = {};
  const tables: Partial<Record<SplitName, TableLook>> = {};
  const needed = neededColumns(analysis);
  for (const named of namedFiles(analysis)) {
    const path = pathOf(analysis, named.file);
    const question = JSON.stringify(named.how);
    const read = await columnsRead(path, question, () => readColumns(path, named.how)).catch(() => undefined);
    // A file that is empty lacks no column before it has a row.
    const columns = read && read.names.length > 0 ? read : undefined;
    if (columns) splitColumns[named.split] = columns;
    if (columns && needed.every((name) => columns.names.includes(name))) continue;
    const look = await lookAt(analysis, named);
    if (look) tables[named.split] = look;
  }
  return { columns: Object.values(splitColumns)[0]?.names, splitColumns, tables };
}

/** How a table reads; undefined for JSON, and for what is not there or no text. */
async function lookAt(analysis: Analysis, { file, how }: NamedFile): Promise<TableLook | undefined> {
  const path = pathOf(analysis, file);
  const used = separatorOf(path, how);
  if (used === 'json') return undefined;
  return looks(path, JSON.stringify(how), () => lookAtTable(path, used, how)).catch(() => undefined);
}

function separatorOf(path: string, how: NamedFile['how']) {
  try {
    return formatOf(path, how).separator ?? 'json';
  } catch {
    return readSeparator(how.separator ?? '');
  }
}

/** What the rows of the data files say. @throws the signal's reason once it is aborted, and nothing else */
export async function rowContext(
  analysis: Analysis,
  signal: AbortSignal | undefined,
): Promise<Partial<TemplateContext>> {
  const columns = keyColumns(analysis);
  const label = analysis.output?.values ? analysis.output.name : undefined;
  const answer = analysis.output?.name;
  const output = outputOf(analysis);
  const asked = { label, needed: rowVariables(analysis), answer, samples: keptRows, mostRows };
  const keyOf = (row: Readonly<Record<string, unknown>>): string => rowKey(row, columns);
  const seen: Partial<Record<SplitName, SplitSummary>> = {};
  const unreadable: Partial<Record<SplitName, string>> = {};
  const tables: Partial<Record<SplitName, TableLook>> = {};
  let samples: TemplateContext['sampleRows'];
  for (const named of namedFiles(analysis)) {
    const { split, file, how } = named;
    const path = pathOf(analysis, file);
    try {
      const survey = await surveys(
        path,
        JSON.stringify([columns, asked, how, output?.object]),
        () => surveyRows(path, { ...asked, asRead: output && answering(output, named), keyOf, signal, how }),
        partName(how),
      );
      if (survey.rows === 0 && !how.part) throw emptyFile();
      seen[split] = { file, ...survey };
      samples ??= survey.samples;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof Failure)) throw error;
      // A file that is not there, or may not be read, has its own finding.
      if (error.code === 'data-missing' || error.code === 'outside-workspace') continue;
      unreadable[split] = sentenceOf(error);
      const look = await lookAt(analysis, named);
      if (look) tables[split] = look;
    }
  }
  return {
    splits: seen,
    unreadable,
    unreadableTables: tables,
    sampleRows: samples,
    // A template that is only measured names no rows to train on.
    dataLabels: label === undefined ? undefined : (seen.train ?? seen.dev ?? seen.test)?.labels,
  };
}

/** Makes the answer of each row of a file. @throws Failure `data-format` */
function answering(output: OutputField, { file, how }: NamedFile): (row: Row) => Row {
  const source = { isTable: isTable(file, how) };
  return (row) => withAnswer(row, output, source);
}

/** Splits that are shares of one file are looked through one after the other, and kept side by side. */
const partName = ({ part }: NamedFile['how']): string => part?.take ?? '';

/** What is wrong with a data file, with the line; the finding itself shows which file. */
function sentenceOf({ location, message, remedy }: Failure): string {
  return sentences([location.line === undefined ? '' : l10n.t`Line ${location.line}:`, message, remedy]);
}
