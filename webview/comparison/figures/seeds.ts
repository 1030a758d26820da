import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import { inSentence, metricOf } from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { metricNumber } from '../../../src/words/formatNumbers';
import { enumerated } from '../../../src/words/listed';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { seriesLabel } from './seriesLabel';
import { linearScale } from '../../plot/scale';
import { statements } from '../../statements';

const width = 560;
const line = 30;
const labels = 190;
const top = 8;

/** What decides, seed by seed: a strip for each study, the mean as a tick. Nothing where every study has one seed. */
export function seedsFigure(view: PageView): Figure | undefined {
  const { metric } = view.state;
  const studies = view.state.studies.flatMap((study) => {
    const score = metricOf(study.results, metric?.name);
    return study.results && score && score.spread !== null
      ? [{ study, seeds: study.results.seeds, score, spread: score.spread }]
      : [];
  });
  if (studies.length === 0 || !metric) return undefined;
  const show = (value: number): string => metricNumber(value, metric.scale);
  const values = studies.flatMap(({ score }) => score.values);
  const x = linearScale([smallest(values), largest(values)], [labels, width - 20]);
  const bottom = top + studies.length * line;
  const strips = studies.map(({ study, seeds, score, spread }) => ({
    study,
    spread,
    mean: score.value,
    ofSeeds: score.values.map((value, i) => ({ seed: seeds[i]!, value })),
  }));
  const inWords = strips.map(
    ({ study, spread, ofSeeds }) =>
      l10n.t`${studyTitle(study)}: ${enumerated(ofSeeds.map(({ value }) => show(value)))}, standard deviation \
${show(spread)}`,
  );
  return {
    key: 'seeds',
    title: l10n.t`Seeds`,
    note: l10n.t`Dots: ${inSentence(metric.title)} of each seed; tick: their mean.`,
    summary: l10n.t`${metric.title} of each seed. ${statements(inWords)}`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${width} ${bottom + 44}`, class: 'drawing' },
      ...x.marks.flatMap(({ value, text }) => [
        svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: top, y2: bottom }),
        svg('text', { class: 'mark', x: x(value), y: bottom + 16, 'text-anchor': 'middle' }, text),
      ]),
      svg(
        'text',
        { class: 'mark', x: (labels + width - 20) / 2, y: bottom + 36, 'text-anchor': 'middle' },
        metric.title,
      ),
      ...strips.map(({ study, mean, ofSeeds }, index) => {
        const y = top + (index + 0.5) * line;
        const { colour } = lineStyle(study.colourIndex, view.theme);
        return svg(
          'g',
          {},
          seriesLabel(study, { x: labels - 12, y: y + 4 }, view.theme),
          ...(typeof mean === 'number'
            ? [svg('line', { class: 'tick', x1: x(mean), x2: x(mean), y1: y - 10, y2: y + 10 })]
            : []),
          ...ofSeeds.map(({ seed, value }) =>
            svg(
              'circle',
              { cx: x(value), cy: y, r: 5, fill: colour, 'fill-opacity': 0.7 },
              svg('title', {}, l10n.t`Seed ${seed}: ${show(value)}`),
            ),
          ),
        );
      }),
    ),
    table: {
      headings: [l10n.t`Run`, l10n.t`Seed`, metric.title],
      rows: strips.flatMap(({ study, ofSeeds }) =>
        ofSeeds.map(({ seed, value }) => [studyTitle(study), seed, value] as const),
      ),
    },
  };
}
