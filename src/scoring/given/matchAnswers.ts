import * as l10n from '@vscode/l10n';
import { ExactNumber } from '../../data/exactNumber';
import { parseJson } from '../../data/exactNumber';
import type { Dataset, Row } from '../../data/dataset';
import { valueText } from '../../data/valueText';
import { counted, count } from '../../words/formatNumbers';
import { keyColumnsOf } from '../../objective/rows/rowColumns';
import { namesRead } from '../../data/rows/rowKey';
import type { PromptTemplate } from '../../template/read/template';
import { withAnswer } from '../../template/render/chat/rowMessages';
import { listed } from '../../words/listed';
import { mismatch, type AnswersFile, type FileAnswer } from './answersFile';

/** The answers to the rows of a split, in the order of the rows. */
export interface MatchedAnswers {
  readonly answers: readonly string[];
  readonly matched: 'inputs' | 'order';
}

/** Where rows stand, for sentences. */
interface Rows {
  readonly dataset: Dataset;
  /** `test` */
  readonly split: string;
  readonly field: string;
}

/** Lines that a sentence names at most. */
const mostNamed = 5;

/**
 * Puts answers beside the rows of a split: by the columns that the template reads where the file has all of them, rows
 * with the same values one after the other; else by their order, where the file has as many answers as there are rows,
 * and where what else it has of them says the same.
 * @throws Failure "answers-mismatch" for answers that are missing, too many, or to other rows
 */
export async function matchAnswers(template: PromptTemplate, rows: Rows, file: AnswersFile): Promise<MatchedAnswers> {
  const inputs = inputsOf(template, rows);
  const data: Row[] = [];
  for await (const row of rows.dataset.all()) data.push(row);
  const isWhole = inputs.length > 0 && inputs.every((name) => file.columns.includes(name));
  return isWhole
    ? { answers: byInputs(data, inputs, { rows, file }), matched: 'inputs' }
    : { answers: byOrder(data, inputs, { rows, file }), matched: 'order' };
}

/** The columns of the data that distinguish rows for the template. */
function inputsOf(template: PromptTemplate, { dataset, field }: Rows): readonly string[] {
  const columns = keyColumnsOf(template);
  return namesRead(dataset.columns, columns).filter((name) => name !== field && dataset.columns.includes(name));
}

interface Sides {
  readonly rows: Rows;
  readonly file: AnswersFile;
}

function byInputs(data: readonly Row[], inputs: readonly string[], { rows, file }: Sides): readonly string[] {
  const keyOf = (row: Row): string => JSON.stringify(inputs.map((name) => canonical(row[name])));
  const given = new Map<string, FileAnswer[]>();
  for (const answer of file.answers) {
    const key = keyOf(withAnswer(answer.row, { name: rows.field }, { isTable: false }));
    const known = given.get(key);
    if (known) known.push(answer);
    else given.set(key, [answer]);
  }
  const wanted = new Map<string, number[]>();
  data.forEach((row, index) => {
    const key = keyOf(row);
    const known = wanted.get(key);
    if (known) known.push(index);
    else wanted.set(key, [index]);
  });
  requireKnown(
    [...given].flatMap(([key, answers]) => (wanted.has(key) ? [] : answers)),
    inputs,
    { rows, file },
  );
  requireNoneOver(
    [...given].flatMap(([key, answers]) => answers.slice(wanted.get(key)?.length ?? 0)),
    { rows, file },
  );
  const answers = new Array<string>(data.length);
  const missing: number[] = [];
  for (const [key, indices] of wanted)
    indices.forEach((index, nth) => {
      const answer = given.get(key)?.[nth];
      if (answer) answers[index] = answer.answer;
      else missing.push(index);
    });
  requireAll(
    missing.sort((a, b) => a - b),
    { rows, file },
  );
  return answers;
}

function requireKnown(unknown: readonly FileAnswer[], inputs: readonly string[], { rows, file }: Sides): void {
  const [first] = unknown;
  if (!first) return;
  const { split } = rows;
  const [lines, names] = [linesOf(unknown.map(({ line }) => line)), listed(inputs.map((name) => `"${name}"`))];
  throw mismatch(
    unknown.length === 1
      ? l10n.t`1 answer of the file is to no row of ${split}: ${lines} has other values in ${names}.`
      : l10n.t`${count(unknown.length)} answers of the file are to no row of ${split}: ${lines} have other values in \
${names}.`,
    { file: file.path, line: first.line },
    l10n.t`Take them out, or name the split that they belong to; the rows are those of ${rows.dataset.path}.`,
  );
}

function requireNoneOver(surplus: readonly FileAnswer[], { rows, file }: Sides): void {
  const [first] = surplus;
  if (!first) return;
  const { split } = rows;
  const lines = linesOf(surplus.map(({ line }) => line));
  throw mismatch(
    surplus.length === 1
      ? l10n.t`The file answers a row of ${split} more often than ${split} has it: ${lines} is over.`
      : l10n.t`The file answers rows of ${split} more often than ${split} has them: ${lines} are over.`,
    { file: file.path, line: first.line },
    l10n.t`Leave one answer to each row.`,
  );
}

function requireAll(missing: readonly number[], { rows, file }: Sides): void {
  if (missing.length === 0) return;
  const { dataset, split } = rows;
  throw mismatch(
    l10n.t`The file has no answer to ${counted(missing.length, 'row')} of ${split}: \
${linesOf(missing.map((row) => dataset.lineOf(row)))} of ${dataset.path}.`,
    { file: file.path },
    l10n.t`Add them; an answer that is empty is written as "".`,
  );
}

function byOrder(data: readonly Row[], inputs: readonly string[], { rows, file }: Sides): readonly string[] {
  const { answers, columns, path } = file;
  const { dataset, split, field } = rows;
  if (answers.length !== data.length) {
    const without = inputs.filter((name) => !columns.includes(name));
    const why =
      without.length === 0
        ? l10n.t`The template tells no rows apart, so that answers are matched by their order`
        : l10n.t`Without ${listed(without.map((name) => `"${name}"`))}, which the template reads, answers are \
matched by their order`;
    throw mismatch(
      l10n.t`${why}, and the file has ${count(answers.length)} where ${split} has ${counted(data.length, 'row')}.`,
      { file: path },
      columns.length === 1
        ? l10n.t`Give each row one answer in the order of the data; an empty line is none, an empty answer is "".`
        : l10n.t`Give each row one answer in the order of the data, or add those columns.`,
    );
  }
  const compared = [...inputs, field].filter((name) => columns.includes(name) && dataset.columns.includes(name));
  answers.forEach(({ row, line }, index) => {
    const name = compared.find((column) => canonical(row[column]) !== canonical(data[index]![column]));
    if (name !== undefined)
      throw mismatch(
        l10n.t`The answers stand in another order than the rows of ${split}: "${name}" is ${shown(row[name])} here \
and ${shown(data[index]![name])} on line ${dataset.lineOf(index)} of ${dataset.path}.`,
        { file: path, line },
        l10n.t`Put them into the order of the data, or leave the column "${name}" out where it means something else.`,
      );
  });
  return answers.map(({ answer }) => answer);
}

/** `line 4`, `lines 4, 9 and 12`, `lines 4, 9, 12, 20, 31 and 7 more`. */
const linesOf = (lines: readonly number[]): string =>
  lines.length === 1 ? l10n.t`line ${lines[0]!}` : l10n.t`lines ${listed(lines.map(String), mostNamed)}`;

const longestShown = 40;

function shown(value: unknown): string {
  const text = valueText(value);
  return JSON.stringify(text.length > longestShown ? `${text.slice(0, longestShown)}…` : text);
}

/**
 * A text that two values share when a table and a JSON file may mean the same by them: numbers and flags are what they
 * are written as, lists and records their JSON, also where a cell holds it; line ends, Unicode forms and white space
 * around a value say nothing.
 */
function canonical(value: unknown): string {
  if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber))
    return JSON.stringify(normalised(value));
  const text = valueText(value).replace(/\r\n?/g, '\n').normalize().trim();
  const parsed = /^[[{]/.test(text) ? parsedOf(text) : undefined;
  return typeof parsed === 'object' && parsed !== null ? JSON.stringify(normalised(parsed)) : text;
}

function parsedOf(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The same value with the keys of its records in one order. */
function normalised(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\r\n?/g, '\n').normalize();
  if (typeof value !== 'object' || value === null || value instanceof ExactNumber) return value;
  if (Array.isArray(value)) return value.map(normalised);
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, normalised(inner)]),
  );
}
