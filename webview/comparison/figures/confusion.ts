import * as l10n from '@vscode/l10n';
import { isolated } from '../../../src/words/isolateText';
import { largest } from '../../../src/lists';
import type { LabelShares, StudyRow } from '../../../src/views/comparison/contract';
import { checkBox } from '../../controls';
import { element } from '../../element';
import { focusable } from '../../redraw';
import { svg } from '../../svg';
import { coordinate, percent, shortSigned } from '../../../src/words/formatNumbers';
import { enumerated } from '../../../src/words/listed';
import { answersOf } from '../answers';
import { studyTitle, type PageActions, type PageView } from '../view';
import type { Figure } from './figure';
import { clipped } from './intervals';
import { statements } from '../../statements';

interface StudyConfusion extends LabelShares {
  readonly study: StudyRow;
  /** `[expected][predicted]`: answers; none of a label that only the baseline met. */
  readonly counts: readonly (readonly number[])[];
}

/** A matrix for each study: which label was taken for which; or by how much that differs from the baseline. */
export function confusionFigure(view: PageView, actions: PageActions): Figure | undefined {
  const all = view.state.studies.flatMap((study): readonly StudyConfusion[] => {
    const confusion = answersOf(view, study.key)?.confusion;
    return confusion ? [{ study, ...confusion }] : [];
  });
  if (all.length === 0) return undefined;
  const baseline = all.find(({ study }) => study.key === view.state.baseline);
  const difference = view.look.confusionDifference && baseline !== undefined;
  const shown = difference ? all.flatMap((one) => lessBaseline(view, one)) : all;
  return {
    key: 'confusion',
    title: difference ? l10n.t`Confusion, less the baseline’s` : l10n.t`Confusion`,
    note: difference
      ? l10n.t`Change of the share of each label’s rows (down) that was given each label (across); the diagonal is \
what was right.`
      : l10n.t`Share of each label’s rows (down) that was given each label (across); the diagonal is what was right.`,
    summary: l10n.t`Right answers by label. ${statements(all.map(rightShares))}`,
    controls: baseline
      ? [
          focusable(
            'confusion difference',
            checkBox(l10n.t`Difference to the baseline`, difference, (confusionDifference) =>
              actions.look({ confusionDifference }),
            ),
          ),
        ]
      : [],
    drawing: element('div', { class: 'matrices' }, ...shown.map((one) => matrix(one, difference))),
    vector: () => matricesDrawing(shown, difference),
    table: {
      headings: [
        l10n.t`Run`,
        l10n.t`Expected`,
        l10n.t`Answered`,
        l10n.t`Rows`,
        difference ? l10n.t`Difference of share` : l10n.t`Share`,
      ],
      rows: shown.flatMap(({ study, labels, counts, shares }) =>
        labels.flatMap((expected, i) =>
          labels.map(
            (answered, j) => [studyTitle(study), expected, answered, counts[i]?.[j] ?? 0, shares[i]![j]!] as const,
          ),
        ),
      ),
    },
  };
}

/** A study's difference from the baseline; nothing for the baseline itself. */
function lessBaseline(view: PageView, { study, counts }: StudyConfusion): readonly StudyConfusion[] {
  const difference = answersOf(view, study.key)?.confusionDifference;
  return difference ? [{ study, counts, ...difference }] : [];
}

const cell = { width: 64, height: 24, left: 120 };

/** The matrices one below the other as a drawing of their own. */
function matricesDrawing(shown: readonly StudyConfusion[], difference: boolean): SVGElement {
  const heightOf = ({ labels }: StudyConfusion): number => (labels.length + 3) * cell.height;
  const tops = shown.map((_, index) => shown.slice(0, index).reduce((sum, one) => sum + heightOf(one), 0));
  const width =
    cell.left +
    largest(
      shown.map(({ labels }) => labels.length),
      1,
    ) *
      cell.width +
    8;
  const text = (words: string, at: { readonly x: number; readonly y: number }, anchor: string): SVGElement =>
    svg('text', { class: 'label', ...at, 'text-anchor': anchor }, words);
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${shown.reduce((sum, one) => sum + heightOf(one), 0)}`, class: 'drawing heat' },
    ...shown.flatMap((one, index) => {
      const { study, labels, counts, shares } = one;
      const top = tops[index]! + 2 * cell.height;
      return [
        text(studyTitle(study), { x: 0, y: top - 1.3 * cell.height }, 'start'),
        ...labels.map((label, j) =>
          text(clipped(label, 9), { x: cell.left + (j + 1) * cell.width - 6, y: top - 0.3 * cell.height }, 'end'),
        ),
        ...labels.flatMap((label, i) => [
          text(clipped(label, 16), { x: cell.left - 8, y: top + (i + 0.7) * cell.height }, 'end'),
          ...labels.flatMap((_, j) => {
            const value = shares[i]![j]!;
            return [
              svg('rect', {
                class: value < 0 ? 'apart' : 'alike',
                x: cell.left + j * cell.width,
                y: top + i * cell.height,
                width: cell.width,
                height: cell.height,
                'fill-opacity': coordinate(0.4 * Math.min(1, Math.abs(value)), 2),
              }),
              text(
                cellText(value, counts[i]?.[j] ?? 0, difference),
                { x: cell.left + (j + 1) * cell.width - 6, y: top + (i + 0.7) * cell.height },
                'end',
              ),
            ];
          }),
        ]),
      ];
    }),
  );
}

const cellText = (value: number, counted: number, difference: boolean): string =>
  difference ? shortSigned(value) : String(counted);

function matrix({ study, labels, counts, shares }: StudyConfusion, difference: boolean): HTMLElement {
  const cells = (i: number): readonly HTMLElement[] =>
    labels.map((label, j) => {
      const value = shares[i]![j]!;
      const made = element(
        'td',
        {
          class: `number cell ${difference ? (value >= 0 ? 'more' : 'less') : ''} ${i === j ? 'right' : ''}`,
          title: l10n.t`${isolated(labels[i]!)} answered as ${isolated(label)}: ${counts[i]?.[j] ?? 0} answers`,
        },
        element('span', {}, cellText(value, counts[i]?.[j] ?? 0, difference)),
      );
      // Shade by share; the style sheet mixes the colour, so that every theme keeps its contrast.
      made.style.setProperty('--share', String(Math.round(Math.min(1, Math.abs(value)) * 100)));
      return made;
    });
  return element(
    'table',
    { class: 'matrix' },
    element('caption', {}, studyTitle(study)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('td', { class: 'corner' }, l10n.t`expected ↓ answered →`),
        ...labels.map((label) => element('th', { scope: 'col', class: 'number' }, labelText(label))),
      ),
    ),
    element(
      'tbody',
      {},
      ...labels.map((label, i) => element('tr', {}, element('th', { scope: 'row' }, labelText(label)), ...cells(i))),
    ),
  );
}

/** A label as wide as there is room for, with the whole of it in a hover. */
function labelText(label: string): HTMLElement {
  return element('span', { class: 'cut', title: label }, label);
}

/** What a study got right of each label, in words. */
function rightShares({ study, labels, shares }: StudyConfusion): string {
  const each = labels.map((label, i) => `${isolated(clipped(label, 24))} ${percent(shares[i]![i]!)}`);
  return l10n.t`${studyTitle(study)}: ${enumerated(each)}`;
}
