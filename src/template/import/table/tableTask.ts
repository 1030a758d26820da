import * as l10n from '@vscode/l10n';
import type { Row } from '../../../data/format';
import type { ColumnProfile, TableProfile } from '../../../data/survey/profileTable';
import { valueText } from '../../../data/valueText';
import { Failure, type SourceLocation } from '../../../failure';
import { counted } from '../../../words/formatNumbers';
import { listed } from '../../../words/listed';
import { spanTexts } from '../../../data/rows/answerSpans';
import { guessAnswers, isLabels, kindOf, mostLabels, type TaskKind } from './guessAnswers';
import { inputColumns, whyHidden } from './inputColumns';
import { isHelper, isNameable } from './columnTags';
import { outputSchemaOf } from './inferSchema';

/** What a template made of a table asks. */
export interface TableTask {
  readonly kind: TaskKind;
  readonly inputs: readonly { readonly name: string; readonly mayLack: boolean }[];
  readonly answers: readonly string[];
  /** Of a classification: numbers in their order, else the most frequent first. */
  readonly labels: readonly string[];
  /** Of an extraction. */
  readonly schema?: Readonly<Record<string, unknown>>;
  /** Whether a free text mostly stands in the inputs as it is. */
  readonly isQuoted: boolean;
  /** Whether a free text is so long that it is rarely right to the letter. */
  readonly isLong: boolean;
  /** Whether the prompt is to be in Chinese. */
  readonly isChinese: boolean;
  /** What was left out, and why the task is not another, a sentence each. */
  readonly remarks: readonly string[];
}

export interface TaskChoice {
  /** Columns of the answer; the most likely one where none is named. */
  readonly answers?: readonly string[];
  /** What is asked, where it is not what the values look like. */
  readonly kind?: TaskKind;
}

/** Rows that can be divided into some to learn from and some to measure on. */
export const fewestRows = 10;
/** Characters of a mean answer that few models write to the letter. */
const longAnswer = 40;

/**
 * What may be asked of the rows of a table.
 * @throws Failure `data-empty`, `data-split`, `data-column`, `data-columns`, `import-format`, a sentence for what makes
 * no task
 */
export function taskOfTable(profile: TableProfile, { answers, kind }: TaskChoice, location: SourceLocation): TableTask {
  requireTable(profile, location);
  const chosen = answers && answers.length > 0 ? answers : [likeliestAnswer(profile, location)];
  const columns = chosen.map((name) => requireColumn(profile, name, location));
  for (const column of columns) requireAnswers(column, { isOnly: columns.length === 1, location });
  const [first] = columns as [ColumnProfile];
  const asked = kindFor(columns, kind, profile);
  if (asked === 'classification' && !isLabels(first)) throw noLabels(first, location);
  const inputs = inputColumns(profile, chosen).filter(({ name }) => isNameable(name) && !hasOutputName(name, asked));
  if (inputs.length === 0) throw noInputs(profile, chosen, location);
  const labels = asked === 'classification' ? labelsOf(first) : [];
  return {
    kind: asked,
    inputs: inputs.map(({ name, filled }) => ({ name, mayLack: filled < profile.rows })),
    answers: chosen,
    labels,
    ...(asked === 'extraction' && { schema: outputSchemaOf(columns, profile.rows) }),
    isQuoted: asked === 'text' && isQuoted(profile, inputs, first.name),
    isLong: meanAnswer(first, profile) > longAnswer,
    isChinese: isChinese([...chosen, ...labels], profile),
    remarks: [...leftOut(profile, chosen, inputs), ...whyText(first, asked), ...doubtfulLabels(labels, first.name)],
  };
}

const kana = /[\u3041-\u30ff]/;
/** Share of rows with kana from which on a table is Japanese: people who write Chinese borrow one at times. */
const japaneseRows = 1 / 4;

/** Whether what the prompt will say is Chinese. Japanese has its characters too, and kana beside them. */
function isChinese(said: readonly string[], { samples }: TableProfile): boolean {
  const rows = samples.filter((row) => Object.values(row).some((value) => kana.test(valueText(value))));
  const isJapanese = kana.test(said.join()) || rows.length > japaneseRows * samples.length;
  return /\p{Script=Han}/u.test(said.join()) && !isJapanese;
}

function requireTable({ rows, columns, repeatedColumns }: TableProfile, location: SourceLocation): void {
  if (rows === 0)
    throw new Failure(
      'data-empty',
      l10n.t`The file has no rows.`,
      location,
      l10n.t`Choose a file with rows below its header.`,
    );
  const talk = columns.find(
    ({ name, lists, filled }) => ['messages', 'conversations'].includes(name) && filled > 0 && lists === filled,
  );
  if (talk)
    throw new Failure(
      'import-format',
      l10n.t`The rows are conversations, in "${talk.name}", whose last message is the answer.`,
      location,
      l10n.t`Choose Import Conversations in the editor, or write {{history}} and the answer as the body of a template.`,
    );
  if (columns.length < 2 && repeatedColumns.length > 0)
    throw new Failure(
      'data-columns',
      l10n.t`Several columns have the name ${listed(repeatedColumns.map((name) => `"${name}"`))}, so that none of \
them can be read.`,
      location,
      l10n.t`Give each column a name of its own.`,
    );
  if (columns.length < 2)
    throw new Failure(
      'data-columns',
      l10n.t`The file has one column, ${columns.map(({ name }) => `"${name}"`).join()}; a template reads one and \
answers another.`,
      location,
      l10n.t`Choose a file with a column of texts and one of answers.`,
    );
  if (rows < fewestRows)
    throw new Failure(
      'data-split',
      l10n.t`The file has ${counted(rows, 'row')}, too few to learn from some and to measure on others.`,
      location,
      l10n.t`Choose a file of at least ${fewestRows} rows; from some fifty on, numbers begin to say something.`,
    );
}

function likeliestAnswer(profile: TableProfile, location: SourceLocation): string {
  const guess = guessAnswers(profile).find(({ column }) => isNameable(column.name));
  if (guess) return guess.column.name;
  throw new Failure(
    'import-format',
    l10n.t`No column has a value and a name that a template can write.`,
    location,
    l10n.t`Choose a file with a column of answers.`,
  );
}

function requireColumn(
  { columns, repeatedColumns }: TableProfile,
  name: string,
  location: SourceLocation,
): ColumnProfile {
  const found = columns.find((column) => column.name === name);
  if (repeatedColumns.includes(name))
    throw new Failure(
      'data-columns',
      l10n.t`Several columns are named "${name}".`,
      location,
      l10n.t`Give each of them a name of its own.`,
    );
  if (!found)
    throw new Failure(
      'data-column',
      l10n.t`The file has no column "${name}"; it has ${listed(columns.map((column) => column.name))}.`,
      location,
      l10n.t`Name one of them as the answer.`,
    );
  if (!isNameable(name) || isHelper(name))
    throw new Failure(
      'data-column',
      isHelper(name)
        ? l10n.t`The answer cannot be called "${name}", which means something else in templates.`
        : l10n.t`The name of the column ${JSON.stringify(name)} has a line break, which no template can write.`,
      location,
      l10n.t`Rename the column.`,
    );
  return found;
}

function requireAnswers(
  { name, filled, values }: ColumnProfile,
  { isOnly, location }: { readonly isOnly: boolean; readonly location: SourceLocation },
): void {
  if (filled === 0)
    throw new Failure(
      'import-format',
      l10n.t`No row has a value in "${name}".`,
      location,
      l10n.t`Choose another column.`,
    );
  // Of several fields one may always be the same.
  if (isOnly && values.size === 1)
    throw new Failure(
      'import-format',
      l10n.t`Every row answers ${JSON.stringify([...values.keys()][0])} in "${name}", so there is nothing to learn.`,
      location,
      l10n.t`Choose another column as the answer.`,
    );
}

function kindFor(
  [first, ...others]: readonly ColumnProfile[],
  wanted: TaskKind | undefined,
  { samples }: TableProfile,
): TaskKind {
  return others.length > 0 ? 'extraction' : (wanted ?? kindOf(first!, samples));
}

function noLabels({ name, values, isMany }: ColumnProfile, location: SourceLocation): Failure {
  return new Failure(
    'import-format',
    isMany
      ? l10n.t`The answers in "${name}" make no choice: more than ${values.size} different ones.`
      : l10n.t`The answers in "${name}" make no choice: ${values.size} different ones.`,
    location,
    l10n.t`Ask for them as a text.`,
  );
}

function noInputs(profile: TableProfile, answers: readonly string[], location: SourceLocation): Failure {
  const others = profile.columns.filter(({ name }) => !answers.includes(name)).map(({ name }) => JSON.stringify(name));
  return new Failure(
    'data-columns',
    others.length === 0
      ? l10n.t`No column is left to ask about.`
      : l10n.t`A template can read none of ${listed(others)}.`,
    location,
    l10n.t`Rename the columns, or choose fewer as the answer.`,
  );
}

/** The answer as a whole is called that where it is JSON. */
const hasOutputName = (name: string, kind: TaskKind): boolean => kind === 'extraction' && name === 'output';

/** Grades by their size, others by how often they are given. */
function labelsOf({ values }: ColumnProfile): readonly string[] {
  const isGraded = [...values.keys()].every((label) => label.trim() !== '' && Number.isFinite(Number(label)));
  return [...values]
    .sort(([one, a], [other, b]) => (isGraded ? Number(one) - Number(other) : b - a))
    .map(([label]) => label);
}

const answerText = (row: Row, answer: string): string => {
  const spans = spanTexts(row[answer]);
  return valueText(spans ? spans[0] : row[answer]).trim();
};

/** Characters of an answer: of one that was marked in a passage, by the first rows. */
function meanAnswer({ name, meanLength }: ColumnProfile, { samples }: TableProfile): number {
  const marked = samples.filter((row) => spanTexts(row[name]) !== undefined);
  const characters = marked.reduce((sum, row) => sum + answerText(row, name).length, 0);
  return marked.length > 0 ? characters / marked.length : meanLength;
}

/** Of the first rows, most. */
function isQuoted({ samples }: TableProfile, inputs: readonly ColumnProfile[], answer: string): boolean {
  const answered = samples.filter((row) => answerText(row, answer) !== '');
  const quoted = answered.filter((row) =>
    inputs.some(({ name }) => valueText(row[name]).includes(answerText(row, answer))),
  );
  return answered.length > 0 && quoted.length >= answered.length * 0.8;
}

function leftOut(
  profile: TableProfile,
  answers: readonly string[],
  inputs: readonly ColumnProfile[],
): readonly string[] {
  const shown = new Set(inputs.map(({ name }) => name));
  const hidden = whyHidden(profile, answers, shown);
  const names = new Set([...answers, ...shown, ...hidden.flatMap((each) => each.names)]);
  const others = profile.columns.filter(({ name }) => !names.has(name)).map(({ name }) => JSON.stringify(name));
  return [
    ...(others.length > 0 ? [l10n.t`Not asked about: ${listed(others)}.`] : []),
    ...hidden.map(({ why }) => why),
    ...profile.repeatedColumns.map((name) => l10n.t`Not read: "${name}", because several columns have that name.`),
  ];
}

const noValue = /^(?:n\/?a|nan|null|none|nil|undefined|-+|\?+|无|空)$/iu;

/** Labels that are mostly the mark of a value that is not there. */
function doubtfulLabels(labels: readonly string[], name: string): readonly string[] {
  const found = labels.filter((label) => noValue.test(label.trim())).map((label) => JSON.stringify(label));
  return found.length > 0
    ? [l10n.t`Taken for labels of "${name}": ${listed(found)}; remove such rows if they have no answer.`]
    : [];
}

function whyText({ name, values, filled, isMany }: ColumnProfile, kind: TaskKind): readonly string[] {
  if (kind !== 'text') return [];
  if (!isMany && values.size === filled)
    return [l10n.t`Every answer in "${name}" is different, so it is asked for as a text.`];
  return values.size > mostLabels
    ? [
        isMany
          ? l10n.t`"${name}" has more than ${values.size} different answers, too many to choose among.`
          : l10n.t`"${name}" has ${values.size} different answers, too many to choose among.`,
      ]
    : [];
}
