import { largest, smallest } from '../../../src/lists';
import { metricOf, type MetricFace, type StudyRow } from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { duration, metricNumber, shortCount } from '../../../src/formatNumbers';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { paretoFront } from './paretoFront';
import { linearScale, logScale } from './scale';

const width = 460;
const height = 300;
const area = { left: 52, right: width - 20, top: 12, bottom: height - 50 };

/** What quality is set against; `title` begins with what quality is measured by. */
export interface Cost {
  readonly key: string;
  readonly title: string;
  readonly axis: string;
  value(study: StudyRow): number | null;
  format(value: number): string;
}

export const costs: readonly Cost[] = [
  {
    key: 'size',
    title: 'against trained numbers',
    axis: 'Trained numbers (logarithmic)',
    value: ({ results }) => results?.trainedParameters ?? null,
    format: shortCount,
  },
  {
    key: 'time',
    title: 'against time',
    axis: 'Time of the run (logarithmic)',
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
  const title = `${metric.title} ${cost.title}`;
  const front = paretoFront(points);
  const unbeaten = front.map(({ study }) => study.badge);
  const inWords = points.map(
    ({ study, cost: spent, value }) =>
      `${studyTitle(study)}: ${metricNumber(value, metric.scale)} at ${cost.format(spent)}`,
  );
  return {
    key: `pareto-${cost.key}`,
    title,
    note: `${sign > 0 ? 'Up' : 'Down'} and to the left is better. The line joins the runs that no other beats in both.`,
    summary: `${title}. ${inWords.join('. ')}. Not beaten in both: ${unbeaten.join(', ')}.`,
    drawing: draw(points, { front, cost, view, metric }),
    table: {
      headings: [
        'Run',
        cost.axis.replace(' (logarithmic)', cost.key === 'time' ? ', seconds' : ''),
        metric.title,
        'Low',
        'High',
        'Not beaten in both',
      ],
      rows: points.map((point) => [
        studyTitle(point.study),
        point.cost,
        point.value,
        point.range?.[0] ?? null,
        point.range?.[1] ?? null,
        front.includes(point) ? 'yes' : 'no',
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
  return svg(
    'svg',
    { viewBox: `0 0 ${width} ${height}`, class: 'drawing plot' },
    ...axes(x, y, { x: cost.axis, y: metric.title }),
    svg('polyline', {
      class: 'front',
      points: front.map((point) => `${x(point.cost)},${y(point.value)}`).join(' '),
    }),
    ...points.map(({ study, cost: spent, value, range }) => {
      const { colour } = lineStyle(study.colourIndex, view.theme);
      return svg(
        'g',
        {},
        svg('title', {}, `${studyTitle(study)}: ${metricNumber(value, metric.scale)} at ${cost.format(spent)}`),
        ...(range
          ? [
              svg('line', {
                class: 'whisker',
                stroke: colour,
                x1: x(spent),
                x2: x(spent),
                y1: y(range[0]),
                y2: y(range[1]),
              }),
            ]
          : []),
        svg('circle', { cx: x(spent), cy: y(value), r: 5, fill: colour }),
        svg('text', { class: 'label', x: x(spent) + 9, y: y(value) + 4 }, study.badge),
      );
    }),
  );
}

type Marked = ReturnType<typeof linearScale>;

/** Grid, marks and names of both axes. */
export function axes(x: Marked, y: Marked, names: { readonly x: string; readonly y: string }): readonly SVGElement[] {
  const spaced = x.marks.filter(
    (mark, index) =>
      index === 0 || x(mark.value) - x(x.marks[index - 1]!.value) > 30 || index % Math.ceil(x.marks.length / 7) === 0,
  );
  return [
    ...spaced.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: area.top, y2: area.bottom }),
      svg('text', { class: 'mark', x: x(value), y: area.bottom + 16, 'text-anchor': 'middle' }, text),
    ]),
    ...y.marks.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: area.left, x2: area.right, y1: y(value), y2: y(value) }),
      svg('text', { class: 'mark', x: area.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, text),
    ]),
    svg('text', { class: 'mark', x: (area.left + area.right) / 2, y: height - 12, 'text-anchor': 'middle' }, names.x),
    svg(
      'text',
      {
        class: 'mark',
        x: 13,
        y: (area.top + area.bottom) / 2,
        'text-anchor': 'middle',
        transform: `rotate(-90 13 ${(area.top + area.bottom) / 2})`,
      },
      names.y,
    ),
  ];
}

/** Where an axis of these figures begins and ends. */
export const plotArea = { ...area, width, height };
