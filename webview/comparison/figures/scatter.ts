import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import { metricOf, type MetricFace, type StudyRow } from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { duration, metricNumber, shortCount } from '../../../src/words/formatNumbers';
import { enumerated } from '../../../src/words/listed';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { axes, plotArea as area } from '../../plot/axes';
import { labelPlaces } from '../../plot/labelPlaces';
import { measuredPoint } from '../../plot/measuredPoint';
import { paretoFront } from '../../plot/paretoFront';
import { linearScale, logScale } from '../../plot/scale';
import { statements } from '../../statements';

/** What quality is set against. */
export interface Cost {
  readonly key: string;
  /** Of the figure. @param metric what quality is measured by */
  title(metric: string): string;
  readonly axis: string;
  /** Of its column in the table. */
  readonly heading: string;
  value(study: StudyRow): number | null;
  format(value: number): string;
}

export const costs: readonly Cost[] = [
  {
    key: 'size',
    title: (metric) => l10n.t`${metric} against trained numbers`,
    axis: l10n.t`Trained numbers (logarithmic)`,
    heading: l10n.t`Trained numbers`,
    value: ({ results }) => results?.trainedParameters ?? null,
    format: shortCount,
  },
  {
    key: 'time',
    title: (metric) => l10n.t`${metric} against time`,
    axis: l10n.t`Time of the run (logarithmic)`,
    heading: l10n.t`Time of the run, seconds`,
    value: ({ results }) => results?.seconds ?? null,
    format: duration,
  },
];

interface Point {
  readonly study: StudyRow;
  readonly cost: number;
  readonly value: number;
  /** Rises with quality. */
  readonly gain: number;
  readonly range: readonly [number, number] | null;
}

/** What decides against what it costs. The line joins the studies that no other beats in both: the Pareto front. */
export function paretoFigure(view: PageView, cost: Cost): Figure | undefined {
  const { metric } = view.state;
  if (!metric || metric.better === 'neither') return undefined;
  const sign = metric.better === 'higher' ? 1 : -1;
  const points = view.state.studies.flatMap((study): readonly Point[] => {
    const [spent, score] = [cost.value(study), metricOf(study.results, metric.name)];
    return spent !== null && typeof score?.value === 'number'
      ? [{ study, cost: spent, value: score.value, gain: sign * score.value, range: score.interval }]
      : [];
  });
  if (points.length < 2) return undefined;
  const title = cost.title(metric.title);
  const front = paretoFront(points);
  const unbeaten = front.map(({ study }) => study.badge);
  const inWords = points.map(
    ({ study, cost: spent, value }) =>
      l10n.t`${studyTitle(study)}: ${metricNumber(value, metric.scale)} at ${cost.format(spent)}`,
  );
  return {
    key: `pareto-${cost.key}`,
    title,
    note:
      sign > 0
        ? l10n.t`Up and to the left is better. The line joins the runs that no other beats in both.`
        : l10n.t`Down and to the left is better. The line joins the runs that no other beats in both.`,
    summary: l10n.t`${title}. ${statements(inWords)} Not beaten in both: ${enumerated(unbeaten)}.`,
    drawing: draw(points, { front, cost, view, metric }),
    table: {
      headings: [l10n.t`Run`, cost.heading, metric.title, l10n.t`Low`, l10n.t`High`, l10n.t`Not beaten in both`],
      rows: points.map((point) => [
        studyTitle(point.study),
        point.cost,
        point.value,
        point.range?.[0] ?? null,
        point.range?.[1] ?? null,
        front.includes(point) ? l10n.t`yes` : l10n.t`no`,
      ]),
    },
  };
}

interface Drawn {
  readonly front: readonly Point[];
  readonly cost: Cost;
  readonly view: PageView;
  readonly metric: MetricFace;
}

function draw(points: readonly Point[], { front, cost, view, metric }: Drawn): SVGElement {
  const x = logScale(
    points.map((point) => point.cost),
    [area.left + 12, area.right - 12],
    cost.format,
  );
  const values = points.flatMap(({ value, range }) => [value, ...(range ?? [])]);
  const y = linearScale([smallest(values), largest(values)], [area.bottom, area.top], 5);
  const labels = labelPlaces(
    points.map(({ study, cost: spent, value }) => ({ x: x(spent), y: y(value), label: study.badge })),
    9,
  );
  return svg(
    'svg',
    { viewBox: `0 0 ${area.width} ${area.height}`, class: 'drawing plot' },
    ...axes(x, y, { x: cost.axis, y: metric.title }),
    svg('polyline', {
      class: 'front',
      points: front.map((point) => `${x(point.cost)},${y(point.value)}`).join(' '),
    }),
    ...points.map(({ study, cost: spent, value, range }, i) => {
      const { colour } = lineStyle(study.colourIndex, view.theme);
      return svg(
        'g',
        {},
        svg('title', {}, l10n.t`${studyTitle(study)}: ${metricNumber(value, metric.scale)} at ${cost.format(spent)}`),
        ...measuredPoint({ x: x(spent), value, range }, y, colour),
        svg('text', { class: 'label', ...labels[i]! }, study.badge),
      );
    }),
  );
}
