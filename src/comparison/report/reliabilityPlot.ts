import * as l10n from '@vscode/l10n';
import { coordinate, counted, fraction, plainNumber } from '../../words/formatNumbers';
import { largest } from '../../lists';
import { h, type Html } from '../../html';
import type { ReliabilityBin } from '../../scoring/statistics/calibration';
import { drawing, line, pathThrough, text } from './drawing';
import { colourClass, type Coloured } from './studyColour';

const size = 190;
const area = { left: 34, bottom: 30, top: 8, right: 10 };
const [smallestDot, largestDot] = [2, 9];

const xOf = (probability: number) => area.left + probability * (size - area.left - area.right);
const yOf = (accuracy: number) => area.top + (1 - accuracy) * (size - area.top - area.bottom);

/** Accuracy over probability: a dot a bin, its area the number of answers, and the diagonal. */
export function reliabilityPlot({
  name,
  colourIndex,
  bins,
}: Coloured & { readonly bins: readonly ReliabilityBin[] }): Html {
  const summary = bins
    .map(
      ({ n, confidence, accuracy }) =>
        l10n.t`${counted(n, 'answer')} at ${fraction(confidence)}, ${fraction(accuracy)} right`,
    )
    .join('; ');
  const most = largest(bins.map(({ n }) => n));
  const path = pathThrough(bins.map(({ confidence, accuracy }) => ({ x: xOf(confidence), y: yOf(accuracy) })));
  return drawing({ width: size, height: size, kind: 'square' }, l10n.t`Reliability of ${name}: ${summary}`, [
    [0, 0.5, 1].map(gridAt),
    line('majority', { x: xOf(0), y: yOf(0) }, { x: xOf(1), y: yOf(1) }),
    h('g', { class: colourClass(colourIndex) }, [
      h('path', { class: 'curve thin', d: path }),
      bins.map((bin) => dot(bin, most)),
    ]),
    text('tick', { x: xOf(0.5), y: size - 2 }, { anchor: 'middle', content: l10n.t`probability` }),
  ]);
}

function gridAt(value: number): readonly Html[] {
  const content = plainNumber(value);
  return [
    line('grid', { x: xOf(0), y: yOf(value) }, { x: xOf(1), y: yOf(value) }),
    line('grid', { x: xOf(value), y: yOf(0) }, { x: xOf(value), y: yOf(1) }),
    text('tick', { x: xOf(0) - 6, y: yOf(value) + 4 }, { anchor: 'end', content }),
    text('tick', { x: xOf(value), y: yOf(0) + 15 }, { anchor: 'middle', content }),
  ];
}

function dot({ n, confidence, accuracy }: ReliabilityBin, most: number): Html {
  return h(
    'circle',
    {
      class: 'bin',
      cx: coordinate(xOf(confidence)),
      cy: coordinate(yOf(accuracy)),
      r: coordinate(Math.max(smallestDot, largestDot * Math.sqrt(n / most))),
    },
    h('title', {}, l10n.t`${counted(n, 'answer')}: probability ${fraction(confidence)}, right ${fraction(accuracy)}`),
  );
}
