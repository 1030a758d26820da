import * as l10n from '@vscode/l10n';
import { writeJson } from '../../../data/exactNumber';
import { Failure } from '../../../failure';
import { counted } from '../../../words/formatNumbers';
import { textOf } from '../../render/renderedPrompt';
import { messagesColumn, rowHistory } from '../../render/chat/rowMessages';
import { freeAnswerName } from '../answerName';
import { HandlebarsText } from '../handlebarsText';
import { fileName, type Imported, type NewFile } from '../imported';
import type { FilesAround } from '../importFiles';
import { writeTemplate } from '../writeTemplate';
import { labelsAmong } from './answerLabels';
import { filesOfSplits, nameWithoutSplit, rowsInText, type FileRow, type Split } from './messageFiles';
import { readMessageRow, type MessageRow } from './messageRows';
import { writeMessages, type TemplateMessage } from './writeMessages';

/** The rows of one file that a template can show. */
interface SplitRows {
  readonly split: Split;
  readonly file: string;
  readonly rows: readonly MessageRow[];
  /** Whether the file has a row that is left out, or one that must be written otherwise. */
  readonly isChanged: boolean;
}

/**
 * Turns a file of conversations, as services fine-tune on them, into a template that shows a row's messages and asks
 * for the last one of the assistant. The files stay the template's data; where rows must be left out or written
 * otherwise, or where all begin with the same message of the system, which the template then says itself, the rows are
 * written to files of their own. Files of other splits beside it, by their names, are read with it.
 * @param options.file name of the file, which says whether it is JSON lines or a JSON array, and which split it holds
 * @throws Failure `import-format` when no row can be read, with the line and the reason
 */
export function importMessages(
  text: string,
  options: { readonly name: string; readonly file: string } & FilesAround,
): Imported {
  const notCarried: string[] = [];
  const splits = readSplits(text, options, notCarried);
  const all = splits.flatMap(({ rows }) => rows);
  const { column, isMixed } = commonColumn(all);
  const trained = splits.find(({ split }) => split === 'train')?.rows ?? all;
  const labels = labelsOf(trained, all);
  const taken = new Set(all.flatMap(({ row }) => Object.keys(row)));
  const answer =
    column ?? freeAnswerName(labels ? ['label', 'answer', 'class'] : ['answer', 'reply', 'response'], taken);
  const system = commonSystem(all);
  const base = fileName(nameWithoutSplit(options.name));
  const written = splits.flatMap((each) => dataFile(each, { base, system, answer: isMixed ? answer : undefined }));
  const paths = splits.map((each) => [each.split, written.find(({ of }) => of === each.split)?.path ?? each.file]);
  const messages: readonly TemplateMessage[] = [
    ...(system === undefined ? [] : [{ role: 'system' as const, body: asHandlebars(system) }]),
    { role: 'history' },
  ];
  const { body, settings } = writeMessages(messages, answer);
  const frontMatter = {
    model: 'builtin',
    output: { schema: labels ? { [`${answer}(enum)`]: labels } : { [answer]: 'string' } },
    'tune.data': Object.fromEntries(paths),
    ...settings,
  };
  return {
    files: [
      { path: `${base}.prompt`, text: writeTemplate(frontMatter, body) },
      ...written.map(({ path, text }) => ({ path, text })),
    ],
    notCarried,
  };
}

function readSplits(
  text: string,
  options: { readonly file: string } & FilesAround,
  notCarried: string[],
): readonly SplitRows[] {
  const files = filesOfSplits(options.file, options, notCarried);
  return Object.entries(files).flatMap(([split, file]): readonly SplitRows[] => {
    const isOwn = file === options.file;
    const content = isOwn ? text : options.readFile?.(file);
    if (content === undefined) {
      notCarried.push(l10n.t`The ${split} rows in "${file}", which cannot be read.`);
      return [];
    }
    const rows = rowsInText(content, file);
    const read = readRows(rows, file, notCarried);
    if (read.length > 0)
      return [{ split: split as Split, file, rows: read, isChanged: read.length < rows.length || read.some(changed) }];
    if (isOwn) throw noRow(rows, notCarried);
    notCarried.push(l10n.t`The ${split} rows in "${file}", of which none can be read.`);
    return [];
  });
}

const changed = ({ isChanged }: MessageRow): boolean => isChanged;

function noRow(rows: readonly FileRow[], notCarried: readonly string[]): Failure {
  return new Failure(
    'import-format',
    rows.length === 0
      ? l10n.t`The file has no row.`
      : l10n.t`The file has no row that can be read. ${String(notCarried.at(-1))}`,
    { line: rows[0]?.line },
    l10n.t`A row is {"messages": [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]}.`,
  );
}

/** The rows that can be read; each reason why others cannot, and each remark, is listed once, with its first line. */
function readRows(rows: readonly FileRow[], file: string, notCarried: string[]): readonly MessageRow[] {
  const found = new Map<string, { readonly sentence: string; readonly line: number; more: number }>();
  const note = (sentence: string, line: number): void => {
    // The same of another message is the same.
    const kind = sentence.replace(/message \d+/, '');
    const known = found.get(kind);
    if (known) known.more++;
    else found.set(kind, { sentence, line, more: 0 });
  };
  const read = rows.flatMap(({ line, value }) => {
    try {
      const row = readMessageRow(value);
      for (const remark of row.remarks) note(remark, line);
      return [row];
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      note(l10n.t`left out: ${error.message}`, line);
      return [];
    }
  });
  for (const { sentence, line, more } of found.values())
    notCarried.push(
      more > 0
        ? l10n.t`"${file}", line ${line} and ${counted(more, 'more line')}: ${sentence}.`
        : l10n.t`"${file}", line ${line}: ${sentence}.`,
    );
  return read;
}

/** The column that holds the answers of all rows; undefined where their messages end with them, or they differ. */
function commonColumn(rows: readonly MessageRow[]): { readonly column?: string; readonly isMixed: boolean } {
  const columns = new Set(rows.map(({ column }) => column));
  return { column: columns.size === 1 ? [...columns][0] : undefined, isMixed: columns.size > 1 };
}

/** Letters of a label at most; longer answers are texts. */
const longestLabel = 60;

/** The labels of all rows, where the answers of those to train on are a classification's. */
function labelsOf(trained: readonly MessageRow[], all: readonly MessageRow[]): readonly string[] | undefined {
  const answers = all.map(({ answer }) => answer);
  const isLabel = (answer: string): boolean =>
    answer === answer.trim() && answer.length <= longestLabel && !/[\r\n]/.test(answer);
  const isClassified = answers.every(isLabel) && labelsAmong(trained.map(({ answer }) => answer)) !== undefined;
  return isClassified ? labelsAmong(answers) : undefined;
}

/** The text of the system with which all conversations begin, and in which it says nothing later. */
function commonSystem(rows: readonly MessageRow[]): string | undefined {
  const texts = new Set<string | undefined>();
  for (const { row } of rows) {
    const [first, ...others] = rowHistory(row, undefined, {});
    const isAlone = first?.role === 'system' && !others.some(({ role }) => role === 'system');
    texts.add(isAlone ? textOf(first.segments) : undefined);
    if (texts.size > 1) return undefined;
  }
  const [text] = texts;
  return text === undefined || text.trim() === '' ? undefined : text;
}

interface Rewriting {
  readonly base: string;
  /** What the template says itself. */
  readonly system: string | undefined;
  /** The column that answers of several columns go into. */
  readonly answer: string | undefined;
}

function dataFile(
  { split, rows, isChanged }: SplitRows,
  { base, system, answer }: Rewriting,
): readonly (NewFile & { readonly of: Split })[] {
  if (!isChanged && system === undefined && answer === undefined) return [];
  const written = rows.map((each) => {
    const messages = each.row[messagesColumn] as readonly unknown[];
    const moved = answer !== undefined && each.column !== undefined ? { [answer]: each.answer } : {};
    const row = { ...each.row, [messagesColumn]: system === undefined ? messages : messages.slice(1), ...moved };
    return `${writeJson(row)}\n`;
  });
  return [{ of: split, path: `data/${base}.${split}.jsonl`, text: written.join('') }];
}

function asHandlebars(text: string): string {
  const written = new HandlebarsText();
  written.verbatim(text);
  return written.text();
}
