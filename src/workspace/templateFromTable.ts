import * as l10n from '@vscode/l10n';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { chosenRows, type WrittenRow } from '../data/rows/chosenRows';
import { evenSeed, type RowGroup } from '../data/rows/evenSeed';
import { isTable, type Row } from '../data/format';
import { openTable } from '../data/table/openTable';
import { profileTable, type TableProfile } from '../data/survey/profileTable';
import { answerChoices } from '../data/rows/answerSpans';
import { rowKey } from '../data/rows/rowKey';
import { openPart, type HeldOut, type PartName } from '../data/rows/rowPart';
import { fileOfSource, type TextFormat } from '../data/table/tableFormat';
import { valueText } from '../data/valueText';
import { Failure } from '../failure';
import { count, plainNumber } from '../words/formatNumbers';
import type { Imported, NewFile } from '../template/import/imported';
import { guessAnswers } from '../template/import/table/guessAnswers';
import { fewestRows, taskOfTable, type TableTask, type TaskChoice } from '../template/import/table/tableTask';
import { tableTemplate, type TableTemplate } from '../template/import/table/tableTemplate';
import { analyse } from '../template/read/analysis';
import { divisionOf, firstSplitSeed } from '../template/read/division';
import { keyColumns } from '../template/read/keyColumns';
import { suitingWords } from '../template/render/words/suitingWords';
import { dividedData, type Division } from '../template/settings/data/dataShares';
import { listed } from '../words/listed';
import { modelTokenizer, type ModelTokenizer } from './modelTokenizer';

/** A table that a person has chosen, looked through. */
export interface KnownTable {
  /** Absolute. */
  readonly path: string;
  readonly how: TextFormat;
  readonly profile: TableProfile;
  /** How it is read where nobody said, a sentence each. */
  readonly remarks: readonly string[];
}

export interface TableRequest extends TaskChoice {
  readonly table: KnownTable;
  readonly model: string;
  /** Percent for dev and test. */
  readonly held: HeldOut;
  /** Whether dev and test are shares of the file, or files of their own. */
  readonly as: 'shares' | 'files';
  /** Absolute folder and name of the template. */
  readonly folder: string;
  readonly name: string;
}

/** Looks through a table. @throws Failure as `openTable` and `profileTable` do */
export async function readTable(path: string, given: TextFormat = {}): Promise<KnownTable> {
  const { how, remarks, isNamed } = await openTable(path, given);
  const profile = await profileTable(path, how);
  if (isNamed) return { path, how, profile, remarks };
  const columns = plausibleNames(profile);
  const named = { ...profile, columns: profile.columns.map((column, i) => ({ ...column, name: columns[i]! })) };
  const samples = profile.samples.map((row) =>
    Object.fromEntries(profile.columns.map(({ name }, i) => [columns[i]!, row[name]])),
  );
  const called = l10n.t`Its first row looks like data, so its columns are called ${listed(columns)}.`;
  return { path, how: { ...how, columns }, profile: { ...named, samples }, remarks: [...remarks, called] };
}

/** Names for the columns of a table without a header: what its answer looks like, and its longest text. */
function plausibleNames(profile: TableProfile): readonly string[] {
  const [guess] = guessAnswers(profile);
  const others = profile.columns.filter(({ name }) => name !== guess?.column.name);
  const text = [...others].sort((a, b) => b.meanLength - a.meanLength)[0]?.name;
  return profile.columns.map(({ name }) => {
    if (name === guess?.column.name) return guess.kind === 'classification' ? 'label' : 'answer';
    return name === text ? 'text' : name;
  });
}

/**
 * Makes a template of a table: a prompt written around the names of its columns, label words that suit the model, and
 * dev and test held out. The table itself stays as it is.
 * @returns files relative to the template's folder, and a remark for what a person should know
 * @throws Failure as `taskOfTable` does, "model-missing" for a model that is not there, "masked-model" for one that
 * writes no text
 */
export async function templateFromTable(request: TableRequest): Promise<Imported> {
  const { table, folder, model } = request;
  const task = taskOfTable(table.profile, request, { file: table.path });
  const opened = await modelTokenizer(model, folder);
  requireAble(task, opened, model);
  const isChat = opened.tokenizer.chatTemplates !== undefined;
  const draft: TableTemplate = { model, from: basename(table.path), data: {}, isChat };
  const analysis = analyse(tableTemplate(task, draft), join(folder, 'draft.prompt'));
  const rows = await answeredGroups(table, task, (row) => rowKey(row, keyColumns(analysis)));
  if (rows.groups.length < fewestRows) throw tooAlike(rows.groups.length, task, table.path);
  const seed = evenSeed(rows.groups, request.held);
  const named = await dataOf(request, {
    task,
    unanswered: rows.unanswered,
    division: divisionOf(analysis, seed),
  });
  const text = tableTemplate(task, {
    ...draft,
    words: task.kind === 'classification' ? suitingWords(analysis, opened.tokenizer, rows.first) : {},
    data: named.data,
    ...(named.isShared && seed !== firstSplitSeed && { splitSeed: seed }),
  });
  return {
    files: [{ path: `${request.name}.prompt`, text }, ...named.files],
    notCarried: [...table.remarks, ...task.remarks, ...named.remarks],
  };
}

/** @throws Failure "masked-model" */
function requireAble({ kind }: TableTask, { tokenizer }: ModelTokenizer, model: string): void {
  if (tokenizer.mask === undefined || kind === 'classification') return;
  throw new Failure(
    'masked-model',
    l10n.t`"${model}" is a masked language model, which chooses among labels and writes no text.`,
    {},
    l10n.t`Choose another model, or a column of few labels.`,
  );
}

function tooAlike(different: number, { inputs }: TableTask, file: string): Failure {
  const names = listed(inputs.map(({ name }) => JSON.stringify(name)));
  return new Failure(
    'data-split',
    different === 1
      ? l10n.t`By ${names} only 1 row with an answer is different, too few to learn from some and to measure on others.`
      : l10n.t`By ${names} only ${count(different)} rows with an answer are different, too few to learn from some \
and to measure on others.`,
    { file },
    l10n.t`Choose a file of at least ${fewestRows} different rows, or another column as the answer.`,
  );
}

/** Of an object some field is filled; a text is no answer where none is marked in the passage. */
const isAnswered = (row: Row, { kind, answers }: TableTask): boolean =>
  answers.some((name) => (kind === 'extraction' ? valueText(row[name]) : answerChoices(row[name])[0]).trim() !== '');

/** The rows with an answer that stay together, each with the label of the first. */
async function answeredGroups(
  { path, how }: KnownTable,
  task: TableTask,
  keyOf: (row: Row) => string,
): Promise<{ readonly groups: readonly RowGroup[]; readonly unanswered: number; readonly first: Row }> {
  const groups = new Map<string, RowGroup>();
  let first: Row | undefined;
  let unanswered = 0;
  const label = task.kind === 'classification' ? task.answers[0] : undefined;
  for await (const { row } of chosenRows(path, how)) {
    if (!isAnswered(row, task)) {
      unanswered++;
      continue;
    }
    first ??= row;
    const key = keyOf(row);
    const known = groups.get(key) ?? { key, rows: 0, ...(label !== undefined && { label: valueText(row[label]) }) };
    groups.set(key, { ...known, rows: known.rows + 1 });
  }
  return { groups: [...groups.values()], unanswered, first: first ?? {} };
}

interface Divided {
  readonly task: TableTask;
  readonly unanswered: number;
  readonly division: Division;
}

interface NamedData {
  /** `tune.data`. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly files: readonly NewFile[];
  /** Whether dev and test are shares. */
  readonly isShared: boolean;
  readonly remarks: readonly string[];
}

/** What `tune.data` names, with the files that are written for it. */
async function dataOf(request: TableRequest, { task, unanswered, division }: Divided): Promise<NamedData> {
  const { table, held, as } = request;
  const isWritten = as === 'files' || unanswered > 0;
  const remarks =
    unanswered === 0
      ? []
      : [
          unanswered === 1
            ? l10n.t`1 row without an answer is left out, in a file of the others.`
            : l10n.t`${count(unanswered)} rows without an answer are left out, in a file of the others.`,
        ];
  const shares = {
    ...(held.dev > 0 && { dev: { share: held.dev } }),
    ...(held.test > 0 && { test: { share: held.test } }),
  };
  if (as === 'shares') {
    const { files, sources } = isWritten
      ? await writtenRows(request, task, [['answered', () => true]])
      : { files: [], sources: [sourceAt(request, table.path, table.how)] };
    const written = Object.entries(shares).map(([split, { share }]) => [split, `${plainNumber(share)}%`]);
    return { data: { train: sources[0], ...Object.fromEntries(written) }, files, isShared: true, remarks };
  }
  const parts = dividedData({ train: fileOfSource(table.path), ...shares }, division);
  const splits = Object.keys(parts) as PartName[];
  const { files, sources } = await writtenRows(
    request,
    task,
    splits.map((split) => {
      const source = parts[split]!;
      return [split, typeof source === 'object' && source.part ? openPart(source.part) : () => true];
    }),
  );
  return { data: Object.fromEntries(splits.map((split, i) => [split, sources[i]])), files, isShared: false, remarks };
}

/** A file as `tune.data` names it. */
function sourceAt({ folder }: TableRequest, path: string, how: TextFormat): unknown {
  const file = relative(folder, path).split(sep).join('/');
  const { columns, separator, encoding } = how;
  return columns || separator !== undefined || encoding ? { file, columns, separator, encoding } : file;
}

/** Files beside the table, each with some of its rows as they are written there. */
async function writtenRows(
  request: TableRequest,
  task: TableTask,
  wanted: readonly (readonly [name: string, takes: (row: Row) => boolean])[],
): Promise<{ readonly files: readonly NewFile[]; readonly sources: readonly unknown[] }> {
  const { path, how } = request.table;
  const asText: TextFormat = { ...how, encoding: undefined };
  const extension = isTable(path, how) ? extname(path) : '.jsonl';
  const base = join(dirname(path), request.name);
  const lines = wanted.map((): string[] => []);
  const add = ({ row, text, header }: WrittenRow): void => {
    const at = wanted.findIndex(([, takes]) => takes(row));
    const own = lines[at]!;
    if (own.length === 0 && header !== undefined) own.push(header);
    own.push(text);
  };
  for await (const written of chosenRows(path, how)) if (isAnswered(written.row, task)) add(written);
  const paths = wanted.map(([name]) => `${base}.${name}${extension}`);
  return {
    files: paths.map((each, i) => ({
      path: relative(request.folder, each).split(sep).join('/'),
      text: `${lines[i]!.join('\n')}\n`,
    })),
    sources: paths.map((each) => sourceAt(request, each, asText)),
  };
}
