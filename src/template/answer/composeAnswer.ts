import * as l10n from '@vscode/l10n';
import { parseJson } from '../../data/exactNumber';
import { isColumnOf } from '../../data/rows/rowKey';
import type { OutputObject } from '../read/template';
import { wholeAnswer } from './answerObject';
import { canonicalJson } from './canonicalAnswer';
import { dereferenced, objectShape, standingAlone, type JsonSchema, type ObjectShape } from './jsonSchema';
import { lacksList, misfit } from './schemaCheck';

type Row = Readonly<Record<string, unknown>>;

/** Why the columns of a row make no answer, in one sentence, and what to do. */
export class AnswerProblem extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message);
    this.name = 'AnswerProblem';
  }
}

export interface ComposeOptions {
  /** Whether the row is of a table, whose values are all text. */
  readonly isTable: boolean;
  /** Whether the row is an example that the template shows, whose values are no columns. */
  readonly isExample?: boolean;
}

/**
 * The answers of a row as canonical JSON, the first trained on: of the column `output`, or of a column for each field.
 * Fields of an object within the answer may have columns of their own (`address.city`). Text of a table is read as the
 * schema asks: it stays text where it fits so, else it must be JSON that fits; an empty cell is no value.
 * @returns nothing where the row has none of these columns
 * @throws AnswerProblem for what does not fit the schema, or could mean two things
 */
export function composeAnswers(
  row: Row,
  { schema }: Pick<OutputObject, 'schema'>,
  options: ComposeOptions,
): readonly string[] {
  const whole = valueAt(row, wholeAnswer);
  if (!isEmpty(whole, options)) return wholeAnswers(whole, options).map((value) => fitting(value, schema, options));
  const shape = objectShape(schema, schema);
  const names = shape ? [...shape.properties.keys()] : [];
  if (!names.some((name) => hasColumns(row, name))) {
    if (!Object.hasOwn(row, wholeAnswer)) return [];
    throw new AnswerProblem(sentencesOf(options).empty(wholeAnswer), l10n.t`Fill it in, or remove the row.`);
  }
  const composing: Composing = { row, root: schema, ...options };
  return [fitting(composeObject(shape!, [], composing).value, schema, options)];
}

/** The columns that the answers of rows are made of, beside the one for all of it: the first names of their paths. */
export const answerColumns = ({ columns }: Pick<OutputObject, 'columns'>): readonly string[] => [
  wholeAnswer,
  ...columns,
];

/**
 * The fields that rows with these columns cannot have, although the answer must; and those that it may lack.
 * @param columns of a data file
 */
export function fieldsWithoutColumn(
  columns: readonly string[],
  { schema }: Pick<OutputObject, 'schema'>,
): { readonly required: readonly string[]; readonly optional: readonly string[] } {
  const shape = objectShape(schema, schema);
  if (!shape || columns.includes(wholeAnswer)) return { required: [], optional: [] };
  const lacking = [...shape.properties.keys()].filter((name) => !columns.some((column) => isColumnOf(column, [name])));
  return {
    required: lacking.filter((name) => shape.required.has(name)),
    optional: lacking.filter((name) => !shape.required.has(name)),
  };
}

/** What is said of a row's columns, and of the values of an example. */
interface Sentences {
  empty(name: string): string;
  emptyField(name: string): string;
  emptyList(name: string): string;
  noJson(name: string, why: string): string;
  misfit(why: string): string;
}

const ofRow: Sentences = {
  empty: (name) => l10n.t`The column "${name}" is empty.`,
  emptyField: (name) => l10n.t`The column "${name}" is empty, and the answer must have it.`,
  emptyList: (name) => l10n.t`The column "${name}" is an empty list.`,
  noJson: (name, why) => l10n.t`The column "${name}" is no JSON: ${why}.`,
  misfit: (why) => l10n.t`The answer of this row does not fit output.schema: ${why}.`,
};

const ofExample: Sentences = {
  empty: (name) => l10n.t`The value of "${name}" is empty.`,
  emptyField: (name) => l10n.t`The value of "${name}" is empty, and the answer must have it.`,
  emptyList: (name) => l10n.t`The value of "${name}" is an empty list.`,
  noJson: (name, why) => l10n.t`The value of "${name}" is no JSON: ${why}.`,
  misfit: (why) => l10n.t`The answer of this example does not fit output.schema: ${why}.`,
};

const sentencesOf = ({ isExample = false }: ComposeOptions): Sentences => (isExample ? ofExample : ofRow);

interface Composing extends ComposeOptions {
  readonly row: Row;
  readonly root: JsonSchema;
}

/** A value; absent where nothing is there. */
interface Found {
  readonly value?: unknown;
}

function composeObject(shape: ObjectShape, path: readonly string[], composing: Composing): { readonly value: object } {
  const entries = [...shape.properties].flatMap(([name, schema]): [string, unknown][] => {
    const at = [...path, name];
    const found = composeField(schema, at, composing);
    if ('value' in found) return [[name, found.value]];
    if (!shape.required.has(name)) return [];
    if (fits(null, schema, composing)) return [[name, null]];
    const column = at.join('.');
    throw new AnswerProblem(
      Object.hasOwn(composing.row, column)
        ? sentencesOf(composing).emptyField(column)
        : l10n.t`The row has no "${column}", which the answer must have.`,
      l10n.t`Fill it in, remove the row, or make the field optional in output.schema.`,
    );
  });
  return { value: Object.fromEntries(entries) };
}

function composeField(schema: unknown, path: readonly string[], composing: Composing): Found {
  const { row } = composing;
  const column = path.join('.');
  const own = valueAt(row, column);
  const inner = objectShape(schema, composing.root);
  const parts = inner ? columnsBelow(row, column).filter((name) => !isEmpty(row[name], composing)) : [];
  if (isEmpty(own, composing)) {
    if (parts.length === 0) return {};
    return composeObject(inner!, path, composing);
  }
  if (parts.length > 0)
    throw new AnswerProblem(
      l10n.t`The columns "${column}" and "${parts[0]!}" both say what "${column}" is.`,
      l10n.t`Leave one of them out.`,
    );
  return { value: composing.isTable ? readCell(String(own), schema, { column, root: composing.root }) : own };
}

/** A cell of a table as its schema asks. */
function readCell(text: string, schema: unknown, at: { readonly column: string; readonly root: JsonSchema }): unknown {
  const resolved = dereferenced(schema, at.root);
  const isUntypedObject = objectShape(resolved, at.root) !== undefined;
  if (!isUntypedObject && fits(text, schema, at)) return text;
  const read = readValue(text);
  if ('value' in read && fits(read.value, schema, at)) return read.value;
  const value = 'value' in read ? read.value : text;
  const reason = reasonOf(value, schema, at);
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new AnswerProblem(
    l10n.t`The column "${at.column}" has ${JSON.stringify(shown)}, which does not fit output.schema: ${reason}.`,
    lacksList(value, alone(schema, at.root))
      ? l10n.t`Write a list as JSON, such as ["one", "two"]: text is never split.`
      : l10n.t`Correct the row, or output.schema.`,
  );
}

/** Text as JSON; spreadsheets write TRUE for true. */
function readValue(text: string): Found {
  const trimmed = text.trim();
  if (/^(?:true|false)$/i.test(trimmed)) return { value: trimmed.toLowerCase() === 'true' };
  try {
    return { value: parseJson(trimmed) };
  } catch {
    return {};
  }
}

/** The values that a column for all of the answer holds: one, or several that are each right. */
function wholeAnswers(written: unknown, options: ComposeOptions): readonly unknown[] {
  const value = parsed(written, options);
  if (!Array.isArray(value)) return [value];
  if (value.length > 0) return value.map((one) => parsed(one, options));
  throw new AnswerProblem(sentencesOf(options).emptyList(wholeAnswer), l10n.t`Fill it in, or remove the row.`);
}

function parsed(written: unknown, options: ComposeOptions): unknown {
  if (typeof written !== 'string') return written;
  try {
    return parseJson(written);
  } catch (error) {
    throw new AnswerProblem(
      sentencesOf(options).noJson(wholeAnswer, (error as Error).message.replace(/\.$/, '')),
      l10n.t`Write the answer as a JSON object.`,
    );
  }
}

/** @throws AnswerProblem */
function fitting(value: unknown, schema: JsonSchema, options: ComposeOptions): string {
  const { text, reason } = judged(value, schema);
  if (reason === undefined) return text;
  const isOneOfSeveral = / must be \w+$/.test(reason) && hasList(value);
  throw new AnswerProblem(
    sentencesOf(options).misfit(reason),
    isOneOfSeveral
      ? l10n.t`Correct the row, or output.schema. Several right answers stand as a list of objects in a column \
"${wholeAnswer}".`
      : l10n.t`Correct the row, or output.schema.`,
  );
}

function judged(value: unknown, schema: JsonSchema): { readonly text: string; readonly reason?: string } {
  try {
    const text = canonicalJson(value, schema);
    return { text, reason: misfit(parseJson(text), schema) };
  } catch (error) {
    if (error instanceof RangeError) return { text: '', reason: l10n.t`it is nested too deeply` };
    throw error;
  }
}

const hasList = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(value).some(Array.isArray);

const fits = (value: unknown, schema: unknown, { root }: { readonly root: JsonSchema }): boolean =>
  misfit(value, alone(schema, root)) === undefined;

const reasonOf = (value: unknown, schema: unknown, { root }: { readonly root: JsonSchema }): string =>
  misfit(value, alone(schema, root)) ?? '';

/** Schemas of fields as documents of their own, kept so that each is compiled once. */
const documents = new WeakMap<object, unknown>();

function alone(schema: unknown, root: JsonSchema): unknown {
  if (typeof schema !== 'object' || schema === null) return standingAlone(schema, root);
  const known = documents.get(schema) ?? standingAlone(schema, root);
  documents.set(schema, known);
  return known;
}

const valueAt = (row: Row, column: string): unknown => (Object.hasOwn(row, column) ? row[column] : undefined);

const isEmpty = (value: unknown, { isTable }: ComposeOptions): boolean =>
  value === undefined || value === null || (isTable && typeof value === 'string' && value.trim() === '');

const columnsBelow = (row: Row, column: string): readonly string[] =>
  Object.keys(row).filter((name) => name.startsWith(`${column}.`));

const hasColumns = (row: Row, name: string): boolean => Object.hasOwn(row, name) || columnsBelow(row, name).length > 0;
