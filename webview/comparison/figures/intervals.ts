import { largest, smallest } from '../../../src/lists';
import type { StudyDifference, StudyRow } from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { interval, fraction, signed } from '../../../src/formatNumbers';
import { answersOf } from '../answers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { linearScale } from './scale';

const width = 560;
const line = 30;
const labels = 190;
const top = 8;

interface Bar extends Pick<StudyDifference, 'mean' | 'low' | 'high'> {
  readonly study: StudyRow;
  /** Whether the colour may say which is better. */
  readonly verdict: StudyDifference['verdict'] | 'none';
}

interface Paired {
  readonly study: StudyRow;
  readonly difference: StudyDifference;
}

/** Accuracies with their intervals, one below the other; a dashed line goes down from the baseline. */
export function accuracyForest(view: PageView): Figure | undefined {
  const bars = view.state.studies.flatMap((study): readonly Bar[] => {
    const mean = study.results?.accuracy;
    const range = study.results?.accuracyInterval;
    return typeof mean === 'number'
      ? [{ study, mean, low: range?.[0] ?? mean, high: range?.[1] ?? mean, verdict: 'none' }]
      : [];
  });
  if (bars.length === 0) return undefined;
  const baseline = bars.find(({ study }) => study.key === view.state.baseline);
  return {
    key: 'accuracy',
    title: 'Accuracy',
    note: 'Dots: accuracy; bars: its 95 % interval; dashed: the baseline.',
    summary: `Accuracy with 95 % intervals. ${bars.map(accuracyInWords).join('. ')}.`,
    drawing: forest(bars, { view, at: baseline?.mean, title: 'Accuracy' }),
    table: {
      headings: ['Run', 'Accuracy', 'Low', 'High'],
      rows: bars.map(({ study, mean, low, high }) => [studyTitle(study), mean, low, high]),
    },
  };
}

/** Paired differences to the baseline about the line of no difference. */
export function differenceForest(view: PageView): Figure | undefined {
  const paired = view.state.studies.flatMap((study): readonly Paired[] => {
    const difference = answersOf(view, study.key)?.difference;
    return difference ? [{ study, difference }] : [];
  });
  if (paired.length === 0) return undefined;
  const baseline = view.state.studies.find(({ key }) => key === view.state.baseline);
  const title = `Difference to ${baseline ? studyTitle(baseline) : 'the baseline'}`;
  return {
    key: 'difference',
    title,
    note:
      'Paired on the same rows, with 95 % intervals. ' +
      'Colour only where there is a verdict: the interval leaves zero out, and so does the test.',
    summary: `Paired differences of accuracy. ${paired.map(differenceInWords).join(' ')}`,
    drawing: forest(
      paired.map(({ study, difference: { mean, low, high, verdict } }) => ({ study, mean, low, high, verdict })),
      { view, at: 0, title: 'Difference of accuracy' },
    ),
    table: {
      headings: ['Run', 'Difference', 'Low', 'High', 'p, corrected', 'Verdict'],
      rows: paired.map(({ study, difference: { mean, low, high, p, sentence } }) => [
        studyTitle(study),
        mean,
        low,
        high,
        p,
        sentence,
      ]),
    },
  };
}

function forest(
  bars: readonly Bar[],
  { view, at, title }: { readonly view: PageView; readonly at: number | undefined; readonly title: string },
): SVGElement {
  const values = bars.flatMap(({ low, high }) => [low, high]).concat(at ?? []);
  const x = linearScale([smallest(values), largest(values)], [labels, width - 20]);
  const bottom = top + bars.length * line;
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${bottom + 44}`, class: 'drawing' },
    ...x.marks.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: top, y2: bottom }),
      svg('text', { class: 'mark', x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, text),
    ]),
    svg('text', { class: 'mark', x: (labels + width - 20) / 2, y: bottom + 36, 'text-anchor': 'middle' }, title),
    ...(at === undefined ? [] : [svg('line', { class: 'reference', x1: x(at), x2: x(at), y1: top, y2: bottom })]),
    ...bars.map(({ study, mean, low, high, verdict }, index) => {
      const y = top + (index + 0.5) * line;
      const { colour } = lineStyle(study.colourIndex, view.theme);
      return svg(
        'g',
        { class: `bar ${verdict}` },
        svg('title', {}, `${studyTitle(study)}: ${fraction(mean)} (${interval([low, high])})`),
        svg('text', { class: 'label', x: labels - 12, y: y + 4, 'text-anchor': 'end' }, clipped(studyTitle(study))),
        svg('line', {
          class: 'whisker',
          x1: x(low),
          x2: x(high),
          y1: y,
          y2: y,
          ...(verdict === 'none' && { stroke: colour }),
        }),
        ...[low, high].map((end) =>
          svg('line', {
            class: 'whisker',
            x1: x(end),
            x2: x(end),
            y1: y - 5,
            y2: y + 5,
            ...(verdict === 'none' && { stroke: colour }),
          }),
        ),
        svg('circle', { class: 'dot', cx: x(mean), cy: y, r: 5, ...(verdict === 'none' && { fill: colour }) }),
      );
    }),
  );
}

/** A title that fits beside a drawing. */
export function clipped(title: string, most = 30): string {
  const letters = [...title];
  return letters.length > most ? `${letters.slice(0, most - 1).join('')}…` : title;
}

function accuracyInWords({ study, mean, low, high }: Bar): string {
  return `${studyTitle(study)}: ${fraction(mean)}, ${interval([low, high])}`;
}

function differenceInWords({ study, difference: { mean, low, high, sentence } }: Paired): string {
  return `${studyTitle(study)}: ${signed(mean)}, from ${signed(low)} to ${signed(high)}. ${sentence}`;
}
