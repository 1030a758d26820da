import type { Dataset } from '../../data/dataset';
import { formatOf } from '../../data/format';
import { guessTable } from '../../data/guessTable';
import { lookAtTable } from '../../data/lookAtTable';
import { formatOfSource, type DataSource } from '../../data/tableFormat';
import { Failure, type SourceLocation } from '../../failure';
import { answerColumns, fieldsWithoutColumn, isAnswerColumn } from '../../template/answer/composeAnswer';
import type { OutputField, PromptTemplate } from '../../template/read/template';
import { sourceText } from '../../template/settings/dataSource';
import { listed, sameLetters } from '../../template/text/sentences';

/**
 * @param source how the settings name the file
 * @throws Failure "data-column" for a file without a column of the template, "data-columns" where two have its name
 */
export async function requireColumns(
  template: PromptTemplate & { readonly output: OutputField },
  dataset: Dataset,
  source: DataSource,
): Promise<void> {
  const { output, variables, defaults, path } = template;
  const missing = [output.name, ...variables].find((name) =>
    name !== output.name && name in defaults ? false : !dataset.columns.includes(name),
  );
  const location = { file: dataset.path, line: 1 };
  const repeated = dataset.repeatedColumns.find(
    (column) => column === missing || (output.object && isAnswerColumn(column, answerColumns(output.object))),
  );
  if (repeated !== undefined)
    throw new Failure(
      'data-columns',
      `Several columns are named "${repeated}", which the template reads.`,
      location,
      'Give each of them a name of its own.',
    );
  if (missing === undefined) return;
  const guess = await guessFor(template, dataset, source);
  if (guess)
    throw new Failure(
      'data-column',
      `The data has no column "${missing}": its ${guess.reason}.`,
      location,
      `Write ${sourceText({ file: fileText(source), ...formatOfSource(source), ...guess.how })} in tune.data.`,
    );
  if (output.object && missing === output.name) throw withoutFields(output, dataset, location);
  const other = sameLetters(missing, dataset.columns);
  throw new Failure(
    'data-column',
    other === undefined
      ? `The data has no column "${missing}"; it has ${listed(dataset.columns)}.`
      : `The data has no column "${missing}": it has the same letters in another Unicode form.`,
    location,
    `Rename the column, or the variable in ${path}.`,
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
    `The data has no column ${listed(fields)} for the answer, nor one "${name}" for all of it; ` +
      `it has ${listed(columns)}.`,
    location,
    'Name a column for each field as output.schema does, or make the field optional there.',
  );
}

const fileText = (source: DataSource): string => (typeof source === 'string' ? source : source.file);

async function guessFor(
  { output, variables }: Parameters<typeof requireColumns>[0],
  dataset: Dataset,
  source: DataSource,
) {
  const how = formatOfSource(source);
  const { separator } = formatOf(dataset.path, how);
  const look = separator && (await lookAtTable(dataset.path, separator, how));
  if (!look) return undefined;
  if (!output.object) return guessTable(look, { inputs: variables, answer: output.name, labels: output.labels });
  const { required } = fieldsWithoutColumn([], output.object);
  return guessTable(look, { inputs: [...variables, ...required], labels: [] });
}
