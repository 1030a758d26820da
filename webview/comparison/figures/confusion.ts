import type { ConfusionMatrix } from '../../../src/scoring/classification';
import type { StudyRow } from '../../../src/views/comparisonContract';
import { checkBox } from '../../controls';
import { element } from '../../element';
import { focusable } from '../../redraw';
import { signed } from '../numbers';
import { analysisOf, studyTitle, type PageActions, type PageView } from '../view';
import type { Figure } from './figure';
import { rowShares } from './shares';

interface Told {
  readonly study: StudyRow;
  readonly confusion: ConfusionMatrix;
  /** `[expected][predicted]` as shares of each expected label */
  readonly shares: readonly (readonly number[])[];
}

/** A matrix for each study: which label was taken for which; or by how much that differs from the baseline. */
export function confusionFigure(view: PageView, actions: PageActions): Figure | undefined {
  const told = view.state.studies.flatMap((study): readonly Told[] => {
    const confusion = analysisOf(view, study.key)?.confusion;
    return confusion ? [{ study, confusion, shares: rowShares(confusion) }] : [];
  });
  if (told.length === 0) return undefined;
  const baseline = told.find(({ study }) => study.key === view.state.baseline);
  const difference = view.look.confusionDifference && baseline !== undefined;
  const shown = difference ? told.filter((one) => one !== baseline && sameLabels(one, baseline)) : told;
  return {
    key: 'confusion',
    title: difference ? 'Confusion, less the baseline’s' : 'Confusion',
    note: `${difference ? 'Change of the share' : 'Share'} of each label’s rows (down) that was given each label (across); the diagonal is what was right.`,
    summary: `Right answers by label. ${told.map(({ study, confusion: { labels }, shares }) => `${studyTitle(study)}: ${labels.map((label, i) => `${label} ${Math.round(shares[i]![i]! * 100)} %`).join(', ')}`).join('. ')}.`,
    controls: baseline ? [focusable('confusion difference', checkBox('Difference to the baseline', difference, (confusionDifference) => actions.look({ confusionDifference })))] : [],
    drawing: element('div', { class: 'matrices' }, ...shown.map((one) => matrix(one, difference ? baseline : undefined))),
    table: {
      headings: ['Run', 'Expected', 'Answered', 'Rows', 'Share', ...(difference ? ['Difference of share'] : [])],
      rows: shown.flatMap(({ study, confusion: { labels, counts }, shares }) => labels.flatMap((expected, i) => labels.map((answered, j) =>
        [studyTitle(study), expected, answered, counts[i]![j]!, shares[i]![j]!, ...(difference ? [shares[i]![j]! - baseline.shares[i]![j]!] : [])] as const))),
    },
  };
}

const sameLabels = (a: Told, b: Told): boolean => a.confusion.labels.join('\n') === b.confusion.labels.join('\n');

function matrix({ study, confusion: { labels, counts }, shares }: Told, baseline: Told | undefined): HTMLElement {
  const cells = (i: number): readonly HTMLElement[] => labels.map((label, j) => {
    const value = shares[i]![j]! - (baseline?.shares[i]![j] ?? 0);
    const cell = element('td', { class: `number cell ${baseline ? (value >= 0 ? 'more' : 'less') : ''} ${i === j ? 'right' : ''}`, title: `${labels[i]!} answered as ${label}: ${counts[i]![j]!} answers` },
      element('span', {}, baseline ? signed(value).replace(/0$/, '') : String(counts[i]![j]!)));
    // Shade by share; the style sheet mixes the colour, so that every theme keeps its contrast.
    cell.style.setProperty('--share', String(Math.round(Math.min(1, Math.abs(value)) * 100)));
    return cell;
  });
  return element('table', { class: 'matrix' },
    element('caption', {}, studyTitle(study)),
    element('thead', {}, element('tr', {}, element('td', { class: 'corner' }, 'expected ↓ answered →'), ...labels.map((label) => element('th', { scope: 'col', class: 'number' }, label)))),
    element('tbody', {}, ...labels.map((label, i) => element('tr', {}, element('th', { scope: 'row' }, label), ...cells(i)))));
}
