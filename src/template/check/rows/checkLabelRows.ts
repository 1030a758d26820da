import * as l10n from '@vscode/l10n';
import type { Analysis } from '../../read/analysis';
import type { SplitSummary, TemplateContext } from '../../read/templateContext';
import { enumPath, enumSpan } from '../../edit/labelEdits';
import { outputSpan } from '../../read/checks/checkLabels';
import { removal } from '../../syntax/removal';
import type { Draft } from '../../text/finding';
import { listed } from '../../../words/listed';
import { sameLetters } from '../../text/sameLetters';

/**
 * `label-without-rows`: labels of the enum that no row of train has, of which nothing is learned, or no row at all.
 * Silent while a file is not read to its end.
 */
export function labelsWithoutRows(
  analysis: Analysis,
  { splits = {}, unreadable = {} }: TemplateContext,
): readonly Draft[] {
  const labels = analysis.output?.values ?? [];
  const read = Object.values(splits);
  const isWhole = read.length > 0 && read.every(({ truncated }) => !truncated);
  if (!isWhole || labels.length === 0 || Object.keys(unreadable).length > 0) return [];
  // A column that is lacking, or empty, has findings of its own.
  if (read.every((split) => Object.keys(split.labels).length === 0)) return [];
  const lacking = (files: readonly SplitSummary[]) =>
    labels.filter((label) => files.every((file) => !has(file, label)));
  const inNone = lacking(read);
  const { train } = splits;
  const notLearned = train ? lacking([train]).filter((label) => !inNone.includes(label)) : [];
  return [
    ...draftOf(analysis, inNone, {
      isOfAll: true,
      of: l10n.t`the data`,
      then: [l10n.t`it is never learned nor measured`, l10n.t`they are never learned nor measured`],
    }),
    ...draftOf(analysis, notLearned, {
      isOfAll: false,
      of: 'train',
      then: [
        l10n.t`it is measured, but nothing is learned of it`,
        l10n.t`they are measured, but nothing is learned of them`,
      ],
    }),
  ];
}

/** The same letters in another Unicode form are a finding of their own. */
const has = ({ labels }: SplitSummary, label: string): boolean =>
  Object.hasOwn(labels, label) || sameLetters(label, Object.keys(labels)) !== undefined;

interface LackingLabels {
  /** Whether no split has them. */
  readonly isOfAll: boolean;
  readonly of: string;
  /** What becomes of one of them, and of several. */
  readonly then: readonly [string, string];
}

function draftOf(
  analysis: Analysis,
  labels: readonly string[],
  { isOfAll, of, then }: LackingLabels,
): readonly Draft[] {
  const [only] = labels;
  if (only === undefined) return [];
  const isOne = labels.length === 1;
  const item = isOne ? enumPath(analysis, only) : undefined;
  const edit = item && removal(analysis.frontMatter, item);
  const names = listed(labels.map((label) => `"${label}"`));
  return [
    {
      code: 'label-without-rows',
      severity: 'warning',
      span: (isOne ? enumSpan(analysis, only) : undefined) ?? outputSpan(analysis),
      message: isOne
        ? l10n.t`No row of ${of} has the label ${names}: ${then[0]}.`
        : l10n.t`No row of ${of} has one of the labels ${names}: ${then[1]}.`,
      // Of a label that is measured, rows for training are lacking, not too many labels.
      fixes: edit && isOfAll ? [{ title: l10n.t`Remove "${only}" from the labels`, edits: [edit] }] : [],
    },
  ];
}
