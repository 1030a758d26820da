import * as l10n from '@vscode/l10n';
import type { ColumnProfile, TableProfile } from '../../../data/survey/profileTable';
import { listed } from '../../../words/listed';
import { annotationNames, isLabels, isRejected, isRowNumber } from './guessAnswers';

/** Columns that a prompt does not show, and the sentence that says why; `${names}` of them. */
interface HiddenColumns {
  readonly names: readonly string[];
  readonly why: (names: string) => string;
}

const isAnnotation = (name: string): boolean => name.split(/[\s_.-]+/u).some(annotationNames);

const splitName = /^(?:split|subset|fold|partition|set)$/iu;
const splitValue = /^(?:train(?:ing)?|dev(?:elopment)?|val(?:id(?:ation)?)?|test(?:ing)?|eval|\d{1,2})$/iu;

/** The columns that tell an answer, or what a row is for, of those that are not the answer. */
function hiddenColumns({ columns, determined }: TableProfile, answers: readonly string[]): readonly HiddenColumns[] {
  const others = columns.filter(({ name, filled }) => !answers.includes(name) && filled > 0);
  const rejected = others.filter(({ name }) => isRejected(name, answers));
  const splits = others.filter(
    ({ name, values, isMany }) => splitName.test(name) && !isMany && [...values.keys()].every(isSplitValue),
  );
  const telling = others.filter(
    (column) => isLabels(column) && answers.some((answer) => determined.get(column.name)?.has(answer)),
  );
  const annotated = others.filter(({ name }) => isAnnotation(name));
  const seen = new Set<string>();
  return [
    { columns: rejected, why: (names: string) => l10n.t`Not asked about: ${names} (answers that were not chosen).` },
    {
      columns: splits,
      why: (names: string) => l10n.t`Not asked about: ${names} (what each row is for); rows are held out anew.`,
    },
    {
      columns: telling,
      why: (names: string) =>
        l10n.t`Not asked about: ${names} (each value comes with one answer alone, so a prompt that shows it tells the \
answer).`,
    },
    {
      columns: annotated,
      why: (names: string) =>
        l10n.t`Not asked about: ${names} (by the name another label, or what a model said); write it into the prompt \
where it is known before the answer.`,
    },
  ].flatMap(({ columns: found, why }) => {
    const names = found.map(({ name }) => name).filter((name) => !seen.has(name));
    names.forEach((name) => seen.add(name));
    return names.length > 0 ? [{ names, why }] : [];
  });
}

const isSplitValue = (value: string): boolean => splitValue.test(value.trim());

/**
 * The columns that a prompt shows where others are the answer: not what only tells rows apart, what all share, and what
 * tells the answer.
 */
export function inputColumns(profile: TableProfile, answers: readonly string[]): readonly ColumnProfile[] {
  const { columns, rows } = profile;
  const others = columns.filter(({ name, filled }) => !answers.includes(name) && filled > 0);
  const hidden = new Set(hiddenColumns(profile, answers).flatMap(({ names }) => names));
  const kept = others.filter(({ name }) => !hidden.has(name));
  const telling = kept.filter((column) => !isRowNumber(column) && !(rows > 1 && isConstant(column, rows)));
  return [telling, kept, others].find((found) => found.length > 0) ?? [];
}

const isConstant = ({ values, filled }: ColumnProfile, rows: number): boolean => values.size === 1 && filled === rows;

/** A sentence for each reason for which columns are not shown. @param shown columns that are shown all the same */
export const whyHidden = (
  profile: TableProfile,
  answers: readonly string[],
  shown: ReadonlySet<string>,
): readonly { readonly names: readonly string[]; readonly why: string }[] =>
  hiddenColumns(profile, answers).flatMap(({ names, why }) => {
    const left = names.filter((name) => !shown.has(name));
    return left.length > 0 ? [{ names: left, why: why(listed(left.map((name) => JSON.stringify(name)))) }] : [];
  });
