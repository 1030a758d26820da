import * as l10n from '@vscode/l10n';
import { basename } from 'node:path';
import { guessTable, type TableGuess, type WantedColumns } from '../../../data/table/guessTable';
import type { KnownColumns } from '../../../data/survey/readColumns';
import type { TextFormat } from '../../../data/table/tableFormat';
import type { Analysis } from '../../read/analysis';
import { namedFiles, type NamedFile } from '../../read/dataFiles';
import { fieldsWithoutColumn } from '../../answer/composeAnswer';
import { outputOf, requiredVariables } from '../../read/template';
import { messagesColumn } from '../../render/chat/rowMessages';
import type { TemplateContext } from '../../read/templateContext';
import { sourceText } from '../../settings/data/dataSource';
import { entryAt } from '../../syntax/frontMatter';
import { replacement, type Draft, type Fix } from '../../text/finding';
import type { Span } from '../../text/position';
import { nearest, orNearest } from '../../text/suggest';
import { enumerated, listed } from '../../../words/listed';
import { sameLetters } from '../../text/sameLetters';
import { variableCandidates } from '../../language/renameNames';

/** `data-column`: the template reads a column, or answers with one, that the rows lack. */
export function missingColumns(
  analysis: Analysis,
  { columns, splitColumns, tables }: Pick<TemplateContext, 'columns' | 'splitColumns' | 'tables'>,
): readonly Draft[] {
  if (!analysis.written.data || !analysis.usage) return [];
  const files = namedFiles(analysis).filter(({ isShare }) => !isShare);
  const guessed = new Set<NamedFile>();
  const problems = files.flatMap((file): readonly Draft[] => {
    const guess = guessFor(analysis, file, { splitColumns, tables });
    if (guess) guessed.add(file);
    return guess ? [otherTable(analysis, file, guess)] : [];
  });
  const others = files.filter((file) => !guessed.has(file) && splitColumns?.[file.split]);
  const first = others[0] ? splitColumns![others[0].split]! : columns && { names: columns, repeated: [] };
  if (!first || guessed.size === files.length) return problems;
  const inFirst = lackingIn(analysis, first);
  return [
    ...problems,
    ...inFirst.flatMap((name) => missingIn(analysis, name, first)),
    ...others.slice(1).flatMap((file) => lackingHere(analysis, file, { known: splitColumns![file.split]!, inFirst })),
  ];
}

/** The names that the template reads, or answers with, and that columns do not have. */
function lackingIn(analysis: Analysis, { names }: KnownColumns): readonly string[] {
  const { inputSchema, output, frontMatter, outputPath } = analysis;
  const { object } = outputOf(analysis) ?? {};
  const has = new Set(names);
  // A name the schema does not declare either is an unknown variable and reported as that.
  const declared = (name: string) =>
    !inputSchema || inputSchema.open || inputSchema.fields.some((field) => field.name === name);
  // Rows of messages may end with the answer.
  const isNamed = output && entryAt(frontMatter, outputPath) && !has.has(messagesColumn);
  const answers = isNamed ? (object ? fieldsWithoutColumn(names, object).required : [output.name]) : [];
  return [...new Set([...requiredVariables(analysis).filter(declared), ...answers])].filter((name) => !has.has(name));
}

function guessFor(
  analysis: Analysis,
  file: NamedFile,
  { splitColumns, tables }: Pick<TemplateContext, 'splitColumns' | 'tables'>,
): TableGuess | undefined {
  const [look, known] = [tables?.[file.split], splitColumns?.[file.split]];
  const lacking = known ? lackingIn(analysis, known) : ['any'];
  const isRepeated = lacking.some((name) => known?.repeated.includes(name));
  return look && lacking.length > 0 && !isRepeated ? guessTable(look, wantedOf(analysis)) : undefined;
}

function wantedOf(analysis: Analysis): WantedColumns {
  const { name, labels = [], object } = outputOf(analysis) ?? {};
  const inputs = requiredVariables(analysis);
  if (object) return { inputs: [...inputs, ...fieldsWithoutColumn([], object).required], labels: [] };
  return { inputs, labels, ...(name !== undefined && { answer: name }) };
}

/** A table that has the columns once it is read otherwise. */
function otherTable(analysis: Analysis, { file, how, entry, source }: NamedFile, guess: TableGuess): Draft {
  const { inputs, answer } = wantedOf(analysis);
  const names = [...new Set([...inputs, ...(answer === undefined ? [] : [answer])])];
  const [name, columns] = [basename(file), listed(names.map((each) => `"${each}"`))];
  const sentence =
    names.length === 1
      ? l10n.t`"${name}" has no column ${columns}: its ${guess.reason}.`
      : l10n.t`"${name}" has no columns ${columns}: its ${guess.reason}.`;
  return {
    code: 'data-column',
    severity: 'error',
    span: entry.valueSpan,
    message: guess.how.encoding ? l10n.t`${sentence} Its text looks like ${guess.how.encoding}.` : sentence,
    fixes: [readAs({ file, how, source }, guess.how)],
  };
}

/** The fix that says how a file is to be read. */
export function readAs({ file, how, source }: Pick<NamedFile, 'file' | 'how' | 'source'>, more: TextFormat): Fix {
  const { columns, separator, encoding } = more;
  const what = [
    ...(separator === undefined ? [] : [l10n.t`separated by ${JSON.stringify(separator)}`]),
    ...(columns ? [l10n.t`with the columns ${enumerated(columns.map((name) => name || l10n.t`(not read)`))}`] : []),
    ...(encoding ? [l10n.t`as ${encoding}`] : []),
  ];
  return replacement(l10n.t`Read it ${enumerated(what)}`, source.valueSpan, sourceText({ ...how, ...more, file }));
}

function missingIn(analysis: Analysis, name: string, known: KnownColumns): readonly Draft[] {
  const { usage, output, answerObject } = analysis;
  const twice = known.repeated.includes(name);
  const isAnswer = answerObject ? !usage!.variables.some((use) => use.name === name) : name === output?.name;
  const suggestion = twice ? undefined : (sameLetters(name, known.names) ?? nearest(name, known.names));
  const purpose = !isAnswer ? 'input' : answerObject ? { all: output!.name } : 'answer';
  const message = twice ? severalColumns(name, purpose) : noColumn(name, purpose, endOf(name, suggestion, known.names));
  const fixes = twice ? [] : columnFixes(analysis, name, { suggestion, names: known.names });
  const base = { code: 'data-column', severity: 'error', message, fixes } as const;
  if (isAnswer) return [{ ...base, span: answerSpan(analysis, name) }];
  return [{ ...base, span: usage!.variables.find((each) => each.name === name)!.span }];
}

/** What a column is for: an input, the answer, or a field of an answer that one column could hold whole. */
type Purpose = 'input' | 'answer' | { readonly all: string };

function severalColumns(name: string, purpose: Purpose): string {
  if (purpose === 'input')
    return l10n.t`Several columns of the data are named "${name}", so the one cannot be told. Give each its own name.`;
  return purpose === 'answer'
    ? l10n.t`Several columns of the data are named "${name}", so the one for the answer cannot be told. Give each \
its own name.`
    : l10n.t`Several columns of the data are named "${name}", so the one for this field of the answer cannot be \
told. Give each its own name.`;
}

function noColumn(name: string, purpose: Purpose, end: string): string {
  if (purpose === 'input') return l10n.t`The data has no column "${name}"${end}`;
  return purpose === 'answer'
    ? l10n.t`The data has no column "${name}" for the answer${end}`
    : l10n.t`The data has no column "${name}" for this field of the answer, nor one "${purpose.all}" for all of \
it${end}`;
}

/** Where the schema names a field of the answer, or the answer. */
function answerSpan({ frontMatter, outputPath, answerObject }: Analysis, name: string): Span {
  const field = answerObject?.fields.find((each) => each.name === name);
  const paths = field
    ? [[...outputPath, 'properties', field.key], [...outputPath, field.key], outputPath]
    : [outputPath];
  return paths.flatMap((path) => entryAt(frontMatter, path) ?? [])[0]!.keySpan;
}

/** Columns that a fix offers at most. */
const mostOffered = 4;

/** Takes a column that nothing else of the template reads, wherever the template writes the name. */
function columnFixes(
  analysis: Analysis,
  name: string,
  { suggestion, names }: { readonly suggestion: string | undefined; readonly names: readonly string[] },
): readonly Fix[] {
  const written = variableCandidates(analysis).find((each) => each.name === name);
  if (!written || written.refusal !== undefined || written.inPartials.length > 0) return [];
  const taken = new Set([...analysis.usage!.variables.map((use) => use.name), analysis.output?.name]);
  const free = [...new Set([...(suggestion === undefined ? [] : [suggestion]), ...names])].filter(
    (column) => isVariableName(column) && !taken.has(column) && !written.taken.has(column),
  );
  return free.slice(0, mostOffered).map((column) => ({
    title: l10n.t`Use Column "${column}"`,
    edits: written.spans.map(([start, end]) => ({ start, end, text: column })),
  }));
}

/** Whether a template can write the name of a column: `first name` cannot stand between its braces. */
const isVariableName = (column: string): boolean => /^[\p{L}_][\p{L}\p{N}_]*$/u.test(column);

function endOf(name: string, suggestion: string | undefined, names: readonly string[]): string {
  if (suggestion !== undefined && suggestion.normalize() === name.normalize())
    return l10n.t`: it has the same letters in another Unicode form.`;
  if (names.length === 0) return orNearest(suggestion);
  return suggestion === undefined
    ? l10n.t`; it has ${listed(names)}.`
    : l10n.t`; it has ${listed(names)}. Did you mean "${suggestion}"?`;
}

/** A split that lacks what the first one has. */
function lackingHere(
  analysis: Analysis,
  { file, entry }: NamedFile,
  { known, inFirst }: { readonly known: KnownColumns; readonly inFirst: readonly string[] },
): readonly Draft[] {
  const lacking = lackingIn(analysis, known).filter((name) => !inFirst.includes(name));
  if (lacking.length === 0) return [];
  const [name, columns] = [basename(file), listed(lacking.map((each) => `"${each}"`))];
  return [
    {
      code: 'data-column',
      severity: 'error',
      span: entry.valueSpan,
      message:
        known.names.length > 0
          ? l10n.t`"${name}" has no column ${columns}; it has ${listed(known.names)}.`
          : l10n.t`"${name}" has no column ${columns}.`,
    },
  ];
}
