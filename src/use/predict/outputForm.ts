import * as l10n from '@vscode/l10n';
import { decodeFields, type Columns } from '../../data/table/delimited';
import type { EachRow, EachRowBatch } from '../../data/rows/eachRow';
import { writeJson } from '../../data/exactNumber';
import type { Format } from '../../data/format';
import { valueText } from '../../data/valueText';
import { Failure } from '../../failure';
import type { AddedColumns, AddedValue } from './addedColumns';

/** How rows and what was added to them become text. */
export interface OutputForm {
  /** What stands before the first row. */
  readonly head: string;
  /** What stands between two rows. */
  readonly between: string;
  /** What stands behind the last row, where there are some, and where there are none. */
  readonly tail: string;
  readonly emptyTail: string;
  /** The rows, in their order, without what stands between them. */
  write(rows: readonly EachRow[], added: readonly (readonly AddedValue[])[]): readonly string[];
}

export interface FormChoice {
  readonly input: Format;
  readonly output: Format;
  /** What the first batch of the input says. */
  readonly first: Pick<EachRowBatch, 'columns' | 'header' | 'isMarked'>;
  readonly added: AddedColumns;
  /** Whether lines end as those of Windows do. */
  readonly endsInReturns: boolean;
}

/**
 * A row keeps its text, to the character, where input and output are of one kind; what was added stands behind it.
 * @throws Failure "output-columns" for a table that has one of the added columns; "data-format" for JSON that is to
 * become a table, since its columns are known only once all rows are read
 */
export function outputForm(choice: FormChoice): OutputForm {
  const { input, output, endsInReturns, first } = choice;
  const lineEnd = endsInReturns ? '\r\n' : '\n';
  if (output.separator) return tableForm(choice, lineEnd);
  if (first.columns) requireNew(first.columns, choice.added);
  const write = jsonWriter(choice);
  return output.isArray
    ? { head: '[\n', between: ',\n', tail: '\n]\n', emptyTail: ']\n', write }
    : { head: '', between: '\n', tail: '\n', emptyTail: '', write: inOneLine(write, input.isArray ?? false) };
}

function tableForm({ input, output, first, added }: FormChoice, lineEnd: string): OutputForm {
  const { separator } = input;
  const { character } = output.separator!;
  if (!separator)
    throw new Failure(
      'data-format',
      l10n.t`Rows of JSON have no columns that are known beforehand, so that they become no table.`,
      {},
      l10n.t`Name an output that ends in .jsonl or .json.`,
    );
  const columns = first.columns ?? { names: [], repeated: [] };
  requireNew(columns, added);
  const quoted = (fields: readonly string[]): string => fields.map((field) => quote(field, character)).join(character);
  const isSame = separator.character === character && !separator.skipsSpaces;
  const width = columns.names.length;
  const header =
    first.header && isSame
      ? first.header.text
      : quoted(first.header ? decodeFields([first.header], separator)[0]! : columns.names.map((name) => name ?? ''));
  const mark = first.isMarked ? '\uFEFF' : '';
  return {
    head: width === 0 ? '' : `${mark}${header}${character}${quoted(added.names)}${lineEnd}`,
    between: lineEnd,
    tail: lineEnd,
    emptyTail: '',
    write(rows, values) {
      const fields = fieldsOfEach(rows, separator);
      return rows.map(({ record }, i) => {
        const own = fields[i]!;
        const text = isSame && own.length === width ? record.text : quoted(fitted(own, width, character));
        return `${text}${character}${quoted(values[i]!.map(valueText))}`;
      });
    },
  };
}

/** The fields of each record; of one that cannot be cut, its text. */
function fieldsOfEach(
  rows: readonly EachRow[],
  separator: NonNullable<Format['separator']>,
): readonly (readonly string[])[] {
  const cut = (some: readonly EachRow[]): readonly (readonly string[])[] | undefined => {
    try {
      return decodeFields(
        some.map(({ record }) => record),
        separator,
      );
    } catch (error) {
      if (error instanceof Failure) return undefined;
      throw error;
    }
  };
  return cut(rows) ?? rows.map((row) => cut([row])?.[0] ?? [row.record.text]);
}

/** As many fields as there are columns: what is over stands with the last. */
function fitted(fields: readonly string[], width: number, character: string): readonly string[] {
  if (fields.length <= width) return [...fields, ...new Array<string>(width - fields.length).fill('')];
  const over = fields.slice(width);
  const kept = fields.slice(0, width);
  return over.every((field) => field === '') ? kept : [...kept.slice(0, -1), [kept.at(-1), ...over].join(character)];
}

/** RFC 4180, for any separator. */
function quote(field: string, character: string): string {
  const needsQuotes = field.includes(character) || /["\r\n]/.test(field);
  return needsQuotes ? `"${field.replaceAll('"', '""')}"` : field;
}

/** @throws Failure "output-columns" */
function requireNew({ names, repeated }: Columns, added: AddedColumns): void {
  const taken = added.names.find((name) => names.includes(name) || repeated.includes(name));
  if (taken !== undefined) throw takenColumn(taken);
}

export const takenColumn = (name: string): Failure =>
  new Failure(
    'output-columns',
    l10n.t`The input has a column "${name}" already, which the output adds.`,
    {},
    l10n.t`Rename it, or give the added columns a prefix, such as --prefix model_.`,
  );

function jsonWriter({ input, added }: FormChoice): OutputForm['write'] {
  const errorName = added.names.at(-1);
  return (rows, values) =>
    rows.map(({ record, row }, i) => {
      const own = Object.fromEntries(
        added.names
          .map((name, column) => [name, values[i]![column]] as const)
          // A row that has been answered has no error to show.
          .filter(([name, value]) => !(value === null && name === errorName)),
      );
      if (!row) return writeJson({ row: record.text, ...own });
      const taken = added.names.find((name) => Object.hasOwn(row, name));
      if (taken !== undefined) {
        const { code, message, remedy } = takenColumn(taken);
        throw new Failure(code, message, { line: record.line }, remedy);
      }
      return input.separator ? writeJson({ ...row, ...own }) : extended(record.text, writeJson(own));
    });
}

/** An object's text with the members of another behind its own. */
function extended(object: string, other: string): string {
  const own = object.trimEnd().slice(0, -1).trimEnd();
  const first = own.trim() === '{';
  return `${own}${first ? '' : ','}${other.slice(1)}`;
}

/** Elements of an array may be spread over lines; text in JSON holds no line end of its own. */
const inOneLine =
  (write: OutputForm['write'], isSpread: boolean): OutputForm['write'] =>
  (rows, added) =>
    isSpread ? write(rows, added).map((text) => text.replace(/\s*[\r\n]\s*/g, ' ')) : write(rows, added);
