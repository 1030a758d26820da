import * as l10n from '@vscode/l10n';
import { coordinate, count, counted, shortSigned } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { ConfusionMatrix, LabelShares } from '../../scoring/classification';
import type { StudyComparison, TaskComparison } from '../taskComparison';
import { tableRow, wideTable } from './tables';

/** With more labels a matrix is no longer read but searched; the commonest confusions are listed instead. */
const mostLabels = 16;
const mostConfusions = 15;

/** A confusion matrix a study, and beside it its difference from the baseline's; empty without any. */
export function confusionTables({ studies, baseline }: TaskComparison): readonly Html[] {
  const reference = studies.find(({ key }) => key === baseline);
  const tables = studies.flatMap((study) =>
    study.confusion ? [studyTables(study, study.confusion, reference?.name ?? '')] : [],
  );
  const note = l10n.t`A row is a label, a column what it was called. Shade is the share of the label's rows.`;
  return tables.length === 0 ? [] : [h('p', { class: 'quiet' }, note), ...tables];
}

function studyTables(
  { name, results, confusionDifference }: StudyComparison,
  confusion: ConfusionMatrix,
  baseline: string,
): Html {
  const called = h('strong', {}, name);
  if (confusion.labels.length > mostLabels)
    return figure([called, l10n.t`: the commonest confusions`], confusionList(confusion));
  const seeds = results?.seeds.length ?? 0;
  const summed = seeds > 1 ? l10n.t`, rows of ${counted(seeds, 'seed')} together` : '';
  return h('div', { class: 'matrices' }, [
    figure([called, summed], countTable(confusion)),
    confusionDifference &&
      figure([called, ' ', l10n.t`less ${baseline}, share of the label's rows`], shareTable(confusionDifference)),
  ]);
}

function figure(caption: Child, content: Html): Html {
  return h('figure', {}, [h('figcaption', {}, caption), content]);
}

function countTable({ labels, counts }: ConfusionMatrix): Html {
  return matrix(labels, (i, j) => {
    const rows = counts[i]!.reduce((sum, value) => sum + value, 0);
    const value = counts[i]![j]!;
    return shaded(i === j ? 'right' : 'wrong', rows === 0 ? 0 : value / rows, value === 0 ? '·' : count(value));
  });
}

function shareTable({ labels, shares }: LabelShares): Html {
  return matrix(labels, (i, j) => {
    const share = shares[i]![j]!;
    const text = shortSigned(share);
    return shaded(share < 0 ? 'fewer' : 'more', Math.abs(share), text === shortSigned(0) ? '·' : text);
  });
}

/** A cell; the style sheet shades it by its share. */
function shaded(kind: string, share: number, text: string): Html {
  return h('td', { class: kind, style: `--share:${coordinate(share, 3)}` }, text);
}

/** @param cell of a label (row) and of what it was called (column), by their numbers */
function matrix(labels: readonly string[], cell: (i: number, j: number) => Html): Html {
  return wideTable(
    'matrix',
    ['', ...labels].map(labelText),
    labels.map((label, i) =>
      h('tr', {}, [h('th', { scope: 'row' }, labelText(label)), labels.map((_, j) => cell(i, j))]),
    ),
  );
}

/** A label as wide as there is room for, with the whole of it in a hover. */
function labelText(label: string): Html {
  return h('span', { class: 'cut', title: label }, label);
}

function confusionList({ labels, counts }: ConfusionMatrix): Html {
  const wrong = counts
    .flatMap((row, i) => row.map((value, j) => ({ expected: labels[i]!, called: labels[j]!, value, right: i === j })))
    .filter(({ value, right }) => value > 0 && !right)
    .sort((a, b) => b.value - a.value)
    .slice(0, mostConfusions);
  return wideTable(
    'texts',
    [l10n.t`Label`, l10n.t`Called`, l10n.t`Rows`],
    wrong.map(({ expected, called, value }) => tableRow(expected, [called, count(value)])),
  );
}
