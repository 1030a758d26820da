import * as l10n from '@vscode/l10n';
import { openDataset, type Dataset, type Row } from '../../data/dataset';
import { asChosenFile, asPredictions } from '../../data/fileNaming';
import { formatOf } from '../../data/format';
import { lookAtTable } from '../../data/table/lookAtTable';
import { fileOfSource, formatOfSource, type DataSource, type TextFormat } from '../../data/table/tableFormat';
import { valueText } from '../../data/valueText';
import { Failure } from '../../failure';
import { listed } from '../../words/listed';

/** The column that holds the answers. Other programs' names for it are not guessed. */
export const answerColumn = 'prediction';

/** One answer of a file. */
export interface FileAnswer {
  readonly answer: string;
  /** The other columns of its row. */
  readonly row: Row;
  /** Line that the row begins on, from 1. */
  readonly line: number;
}

/** Answers that were not produced here. */
export interface AnswersFile {
  readonly path: string;
  readonly sha256: string;
  readonly columns: readonly string[];
  readonly answers: readonly FileAnswer[];
}

/**
 * Reads a file of answers: any table or JSON file that is read as data, with a column `prediction`. A person has chosen
 * it, so that it may lie anywhere. An empty text is an answer; no text at all is none.
 * @throws Failure as `openDataset` does; "answers-mismatch" with the line of a row without an answer
 */
export async function readAnswersFile(source: DataSource): Promise<AnswersFile> {
  const path = fileOfSource(source);
  try {
    const dataset = await openDataset(path, await formatOfAnswers(path, formatOfSource(source)), { chosen: true });
    try {
      return await answersOf(dataset);
    } finally {
      await dataset.close();
    }
  } catch (error) {
    throw asChosenFile(error, asPredictions);
  }
}

/** A table whose header has the column only at another separator is read with that one, as spreadsheets write them. */
async function formatOfAnswers(path: string, how: TextFormat): Promise<TextFormat> {
  const { separator } = formatOf(path, how);
  if (!separator || how.separator !== undefined || how.columns !== undefined) return how;
  const look = await lookAtTable(path, separator, how, { chosen: true });
  const hasColumn = ({ records }: { readonly records: readonly (readonly string[])[] }): boolean =>
    records[0]?.includes(answerColumn) ?? false;
  if (!look || (look.cut && hasColumn(look.cut))) return how;
  // A single column that others cut into several is no table of its own, whatever it is called.
  const other = look.others.find(hasColumn) ?? (look.cut?.records[0]?.length === 1 ? look.others[0] : undefined);
  return other ? { ...how, separator: other.separator } : how;
}

async function answersOf(dataset: Dataset): Promise<AnswersFile> {
  const { path, columns, repeatedColumns, sha256 } = dataset;
  if (repeatedColumns.includes(answerColumn))
    throw mismatch(
      l10n.t`Several columns of the file are named "${answerColumn}".`,
      { file: path, line: 1 },
      l10n.t`Give each of them a name of its own.`,
    );
  if (!columns.includes(answerColumn))
    throw mismatch(
      l10n.t`The file has no column "${answerColumn}"; it has ${listed(columns.map((name) => JSON.stringify(name)))}.`,
      { file: path, line: 1 },
      l10n.t`Name the column of the answers "${answerColumn}".`,
    );
  const answers: FileAnswer[] = [];
  for await (const row of dataset.all()) {
    const line = dataset.lineOf(answers.length);
    answers.push({ answer: answerOf(row[answerColumn], { file: path, line }), row, line });
  }
  return { path, sha256, columns, answers };
}

function answerOf(value: unknown, location: { readonly file: string; readonly line: number }): string {
  if (value === undefined || value === null)
    throw mismatch(
      value === null
        ? l10n.t`The row has no "${answerColumn}", it is null.`
        : l10n.t`The row has no "${answerColumn}".`,
      location,
      l10n.t`Write "" for an answer that is empty.`,
    );
  return valueText(value);
}

export const mismatch = (message: string, location: Failure['location'], remedy: string): Failure =>
  new Failure('answers-mismatch', message, location, remedy);
