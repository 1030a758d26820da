import { largest, smallest } from '../../../src/lists';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { fraction } from '../../../src/formatNumbers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { clipped } from './intervals';
import { linearScale } from './scale';

const width = 560;
const line = 30;
const labels = 190;
const top = 8;

/** Accuracies of the seeds as a strip for each study, their mean as a tick. Nothing where every study has one seed. */
export function seedsFigure(view: PageView): Figure | undefined {
  const studies = view.state.studies.flatMap((study) =>
    study.results && study.results.spread !== null
      ? [{ study, results: study.results, spread: study.results.spread }]
      : [],
  );
  if (studies.length === 0) return undefined;
  const values = studies.flatMap(({ results }) => results.accuracies);
  const x = linearScale([smallest(values), largest(values)], [labels, width - 20]);
  const bottom = top + studies.length * line;
  const strips = studies.map(({ study, results, spread }) => ({
    study,
    spread,
    rates: results.accuracies.map((accuracy, i) => ({ seed: results.seeds[i]!, accuracy })),
  }));
  const inWords = strips.map(({ study, spread, rates }) => {
    const accuracies = rates.map(({ accuracy }) => fraction(accuracy)).join(', ');
    return `${studyTitle(study)}: ${accuracies}, standard deviation ${fraction(spread)}`;
  });
  return {
    key: 'seeds',
    title: 'Seeds',
    note: 'Dots: accuracy of each seed; tick: their mean.',
    summary: `Accuracy of each seed. ${inWords.join('. ')}.`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${width} ${bottom + 44}`, class: 'drawing' },
      ...x.marks.flatMap(({ value, text }) => [
        svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: top, y2: bottom }),
        svg('text', { class: 'mark', x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, text),
      ]),
      svg('text', { class: 'mark', x: (labels + width - 20) / 2, y: bottom + 36, 'text-anchor': 'middle' }, 'Accuracy'),
      ...strips.map(({ study, rates }, index) => {
        const y = top + (index + 0.5) * line;
        const { colour } = lineStyle(study.colourIndex, view.theme);
        const mean = study.results?.accuracy;
        return svg(
          'g',
          {},
          svg('text', { class: 'label', x: labels - 12, y: y + 4, 'text-anchor': 'end' }, clipped(studyTitle(study))),
          ...(typeof mean === 'number'
            ? [svg('line', { class: 'tick', x1: x(mean), x2: x(mean), y1: y - 10, y2: y + 10 })]
            : []),
          ...rates.map(({ seed, accuracy }) =>
            svg(
              'circle',
              { cx: x(accuracy), cy: y, r: 5, fill: colour, 'fill-opacity': 0.7 },
              svg('title', {}, `Seed ${seed}: ${fraction(accuracy)}`),
            ),
          ),
        );
      }),
    ),
    table: {
      headings: ['Run', 'Seed', 'Accuracy'],
      rows: strips.flatMap(({ study, rates }) =>
        rates.map(({ seed, accuracy }) => [studyTitle(study), seed, accuracy] as const),
      ),
    },
  };
}
