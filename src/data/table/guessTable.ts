import * as l10n from '@vscode/l10n';
import { enumerated } from '../../words/listed';
import type { TableLook } from './lookAtTable';
import type { TextFormat } from './tableFormat';

/** The names that a table should have. */
export interface WantedColumns {
  readonly inputs: readonly string[];
  readonly answer?: string;
  /** Values that the answer may have; none where it is free text. */
  readonly labels: readonly string[];
}

/** How a table may have to be read to have its columns, and what speaks for it. */
export interface TableGuess {
  readonly how: TextFormat;
  /** What it looks like, as the rest of a sentence that begins with the file. */
  readonly reason: string;
}

/**
 * Guesses how a table whose columns are not the wanted ones should be read: cut at another separator, with spaces
 * behind it, or without a header.
 * @returns undefined where nothing of the kind would give the wanted columns
 */
export function guessTable(look: TableLook, wanted: WantedColumns): TableGuess | undefined {
  const names = namesOf(wanted);
  const encoding = look.encoding === undefined ? {} : { encoding: look.encoding };
  const cuts = [...(look.cut ? [look.cut] : []), ...look.others];
  for (const cut of cuts) {
    const header = cut.records[0] ?? [];
    if (cut !== look.cut && names.every((name) => header.includes(name)))
      return {
        how: { ...encoding, separator: cut.separator },
        reason: l10n.t`values look separated by ${shown(cut.separator)}`,
      };
    if (!names.every((name) => header.some((written) => written.trim() === name))) continue;
    const spaced = header.some((written) => /^ /.test(written)) && !header.some((written) => / $/.test(written));
    const separator = `${cut.separator.trimEnd() || cut.separator} `;
    if (spaced)
      return {
        how: { ...encoding, separator },
        reason: l10n.t`values look separated by ${shown(separator)}, with a space`,
      };
  }
  const cut = cuts.find(({ records }) => (records[0]?.length ?? 0) >= names.length);
  if (!cut || names.length === 0 || !looksLikeData(cut.records, wanted.labels)) return undefined;
  const columns = columnsFor(cut.records, wanted);
  const how = { ...encoding, ...(cut !== look.cut && { separator: cut.separator }) };
  const first = cut.records[0]!.slice(0, mostShown).map((value) => JSON.stringify(shortened(value)));
  return {
    how: columns ? { ...how, columns } : how,
    reason: l10n.t`first row, ${enumerated(first)}${cut.records[0]!.length > mostShown ? ' …' : ''}, looks like data`,
  };
}

const mostShown = 4;
const namesOf = ({ inputs, answer }: WantedColumns): readonly string[] => [
  ...new Set([...inputs, ...(answer === undefined ? [] : [answer])]),
];
const shown = (separator: string): string => JSON.stringify(separator.trimEnd() || separator);
const shortened = (text: string): string => (text.length > 24 ? `${text.slice(0, 24)}…` : text);

/** Characters and words that a name of a column does not have. */
const longestName = 30;
const mostWords = 4;

/** Whether the first of some records is no header. */
export function looksLikeData(records: readonly (readonly string[])[], labels: readonly string[]): boolean {
  const [first = [], ...rest] = records;
  return first.some(
    (value, column) =>
      labels.includes(value.trim()) ||
      value.trim() === '' ||
      value.length > longestName ||
      value.trim().split(/\s+/).length >= mostWords ||
      (value.trim() !== '' && Number.isFinite(Number(value))) ||
      rest.some((record) => record[column] === value),
  );
}

/** Names for the columns of a table without a header; undefined where their order cannot be told. */
function columnsFor(records: readonly (readonly string[])[], wanted: WantedColumns): readonly string[] | undefined {
  const width = records[0]!.length;
  const columns = Array.from({ length: width }, (_, column) => records.map((record) => record[column] ?? ''));
  const { answer, labels, inputs: all } = wanted;
  const inputs = all.filter((name) => name !== answer);
  if (answer !== undefined && labels.length === 0) return inputs.length + 1 === width ? [...inputs, answer] : undefined;
  const hits = columns.map((values) => values.filter((value) => labels.includes(value.trim())).length);
  const best = hits.reduce((most, each) => (each > most ? each : most), 0);
  if (answer !== undefined && best === 0) return undefined;
  const answerAt = answer === undefined ? -1 : hits.indexOf(best);
  const length = (column: number) => columns[column]!.reduce((sum, value) => sum + value.length, 0);
  const chosen = columns
    .map((_, column) => column)
    .filter((column) => column !== answerAt)
    .sort((a, b) => length(b) - length(a))
    .slice(0, inputs.length)
    .sort((a, b) => a - b);
  return columns.map((_, column) => (column === answerAt ? answer! : (inputs[chosen.indexOf(column)] ?? '')));
}
