import * as l10n from '@vscode/l10n';
import type { Dataset } from '../../data/dataset';
import { formatOf } from '../../data/format';
import { guessTable, type TableGuess, type WantedColumns } from '../../data/table/guessTable';
import { lookAtTable } from '../../data/table/lookAtTable';
import { fileOfSource, formatOfSource, type DataSource } from '../../data/table/tableFormat';
import { Failure, type SourceLocation } from '../../failure';
import { isColumnOf } from '../../data/rows/rowKey';
import { answerColumns, fieldsWithoutColumn } from '../../template/answer/composeAnswer';
import type { OutputField, PromptTemplate } from '../../template/read/template';
import { sourceText } from '../../template/settings/data/dataSource';
import { listed } from '../../words/listed';
import { sameLetters } from '../../template/text/sameLetters';
import { NamedFileFailure } from '../../data/fileNaming';

/** What of a data file is looked at. */
type NamedColumns = Pick<Dataset, 'path' | 'columns' | 'repeatedColumns'>;

type AnsweredTemplate = PromptTemplate & { readonly output: OutputField };

/**
 * @param source how the settings name the file
 * @throws Failure "data-column" for a file without a column of the template, "data-columns" where two have its name
 */
export async function requireColumns(
  template: AnsweredTemplate,
  dataset: NamedColumns,
  source: DataSource,
): Promise<void> {
  const { output } = template;
  const location = { file: dataset.path, line: 1 };
  const missing = dataset.columns.includes(output.name) ? missingInput(template, dataset) : output.name;
  const repeated = dataset.repeatedColumns.find(
    (column) => column === missing || (output.object && isColumnOf(column, answerColumns(output.object))),
  );
  if (repeated !== undefined) throw repeatedColumn(repeated, location);
  if (missing === undefined) return;
  const guess = await guessFor(dataset, source, wantedColumns(template));
  if (!guess && output.object && missing === output.name) throw withoutFields(output, dataset, location);
  throw withoutColumn(missing, template, dataset, guess && { source, guess });
}

/**
 * The same for rows without answers.
 * @param source absent where the rows come from no file
 * @throws Failure as {@link requireColumns} does
 */
export async function requireInputColumns(
  template: AnsweredTemplate,
  dataset: NamedColumns,
  source: DataSource | undefined,
): Promise<void> {
  const missing = missingInput(template, dataset);
  if (missing === undefined) return;
  if (dataset.repeatedColumns.includes(missing)) throw repeatedColumn(missing, { file: dataset.path, line: 1 });
  const guess =
    source === undefined ? undefined : await guessFor(dataset, source, { inputs: template.variables, labels: [] });
  throw withoutColumn(missing, template, dataset, guess && { source: source!, guess });
}

const missingInput = (
  { output, variables, defaults }: AnsweredTemplate,
  { columns }: NamedColumns,
): string | undefined =>
  variables.find((name) => name !== output.name && !(name in defaults || columns.includes(name)));

const repeatedColumn = (column: string, location: SourceLocation): Failure =>
  new Failure(
    'data-columns',
    l10n.t`Several columns are named "${column}", which the template reads.`,
    location,
    l10n.t`Give each of them a name of its own.`,
  );

/** @param told how the file is read instead, as far as it shows */
function withoutColumn(
  missing: string,
  { path }: AnsweredTemplate,
  dataset: NamedColumns,
  told: { readonly source: DataSource; readonly guess: TableGuess } | undefined,
): Failure {
  const location = { file: dataset.path, line: 1 };
  if (told) {
    const { source, guess } = told;
    const written = sourceText({ file: fileOfSource(source), ...formatOfSource(source), ...guess.how });
    return new NamedFileFailure(
      'data-column',
      ({ before }) => ({
        message: l10n.t`The data has no column "${missing}": its ${guess.reason}.`,
        remedy: before === undefined ? l10n.t`Write ${written} in tune.data.` : l10n.t`Write ${before} '${written}'.`,
      }),
      location,
    );
  }
  const other = sameLetters(missing, dataset.columns);
  return new Failure(
    'data-column',
    other === undefined
      ? l10n.t`The data has no column "${missing}"; it has ${listed(dataset.columns)}.`
      : l10n.t`The data has no column "${missing}": it has the same letters in another Unicode form.`,
    location,
    l10n.t`Rename the column, or the variable in ${path}.`,
  );
}

/** Says which fields of the answer have no column. */
function withoutFields(
  { name, object }: OutputField,
  { columns }: Pick<Dataset, 'columns'>,
  location: SourceLocation,
): Failure {
  const fields = fieldsWithoutColumn(columns, object!).required.map((field) => `"${field}"`);
  return new Failure(
    'data-column',
    l10n.t`The data has no column ${listed(fields)} for the answer, nor one "${name}" for all of it; it has \
${listed(columns)}.`,
    location,
    l10n.t`Name a column for each field as output.schema does, or make the field optional there.`,
  );
}

const wantedColumns = ({ output, variables }: AnsweredTemplate): WantedColumns =>
  output.object
    ? { inputs: [...variables, ...fieldsWithoutColumn([], output.object).required], labels: [] }
    : { inputs: variables, answer: output.name, labels: output.labels };

async function guessFor(
  { path }: NamedColumns,
  source: DataSource,
  wanted: WantedColumns,
): Promise<TableGuess | undefined> {
  const how = formatOfSource(source);
  const { separator } = formatOf(path, how);
  const look = separator && (await lookAtTable(path, separator, how));
  return look && guessTable(look, wanted);
}
