import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import { metricOf, type StudyRow } from '../../../src/views/comparison/contract';
import { svg } from '../../svg';
import { lineStyle } from '../lineStyle';
import { count, counted, metricInterval, metricNumber } from '../../../src/words/formatNumbers';
import { clauses } from '../../../src/words/listed';
import { studyTitle, type PageView } from '../view';
import type { Figure } from './figure';
import { linearScale, type Scale } from '../../plot/scale';
import { axes, plotArea } from '../../plot/axes';
import { measuredPoint } from '../../plot/measuredPoint';
import { statements } from '../../statements';

interface Point {
  readonly study: StudyRow;
  readonly rows: number;
  readonly value: number;
  readonly range: readonly [number, number] | null;
}

/** What decides against the number of training rows, for methods that were trained on several numbers of them. */
export function trainingRowsFigure(view: PageView): Figure | undefined {
  const { metric } = view.state;
  const lines = linesOf(view);
  if (lines.length === 0 || !metric) return undefined;
  const show = (value: number): string => metricNumber(value, metric.scale);
  const all = lines.flatMap(({ points }) => points);
  const x = rowScale(all.map(({ rows }) => rows));
  const middle = (lines.length - 1) / 2;
  const values = all.flatMap(({ value, range }) => [value, ...(range ?? [])]);
  const y = linearScale([smallest(values), largest(values)], [plotArea.bottom, plotArea.top], 5);
  const inWords = lines.map(
    ({ name, points }) =>
      `${name}: ${clauses(points.map(({ value, rows }) => l10n.t`${show(value)} with ${count(rows)}`))}`,
  );
  return {
    key: 'training-rows',
    title: l10n.t`${metric.title} against training rows`,
    note: l10n.t`A line joins the runs of one method on one template; bars are 95 % intervals.`,
    summary: l10n.t`${metric.title} by the number of rows trained on. ${statements(inWords)}`,
    drawing: svg(
      'svg',
      { viewBox: `0 0 ${plotArea.width} ${plotArea.height}`, class: 'drawing plot' },
      ...axes(x, y, { x: l10n.t`Training rows (logarithmic)`, y: metric.title }),
      ...lines.flatMap(({ points }, index) => {
        const { colour, dash } = lineStyle(points[0]!.study.colourIndex, view.theme);
        // Beside one another, so that no bar hides another.
        const at = (rows: number): number => x(rows) + (index - middle) * besidePixels;
        return [
          svg('polyline', {
            class: 'course',
            stroke: colour,
            'stroke-dasharray': dash.join(' '),
            points: points.map(({ rows, value }) => `${at(rows)},${y(value)}`).join(' '),
          }),
          ...points.map(({ study, rows, value, range }) =>
            svg(
              'g',
              {},
              svg(
                'title',
                {},
                `${studyTitle(study)}, ${counted(rows, 'row')}: ` +
                  `${show(value)} (${metricInterval(range, metric.scale)})`,
              ),
              ...measuredPoint({ x: at(rows), value, range }, y, colour),
              svg(
                'text',
                {
                  class: 'label',
                  x: at(rows) + (index < middle ? -9 : 9),
                  y: y(value) + 4,
                  'text-anchor': index < middle ? 'end' : 'start',
                },
                study.badge,
              ),
            ),
          ),
        ];
      }),
    ),
    table: {
      headings: [l10n.t`Run`, l10n.t`Training rows`, metric.title, l10n.t`Low`, l10n.t`High`],
      rows: all.map(({ study, rows, value, range }) => [
        studyTitle(study),
        rows,
        value,
        range?.[0] ?? null,
        range?.[1] ?? null,
      ]),
    },
  };
}

const besidePixels = 12;

/** Logarithmic, with a mark at every number of rows that was trained on. */
function rowScale(rows: readonly number[]): Scale {
  const [low, high] = [Math.log(smallest(rows)), Math.log(largest(rows))];
  const [left, right] = [plotArea.left + 36, plotArea.right - 36];
  const scale = (value: number): number => left + ((Math.log(value) - low) / (high - low)) * (right - left);
  return Object.assign(scale, {
    marks: [...new Set(rows)].sort((a, b) => a - b).map((value) => ({ value, text: count(value) })),
  });
}

/** Methods of a template with more than one number of rows, fewest rows first. */
function linesOf(view: PageView): readonly { readonly name: string; readonly points: readonly Point[] }[] {
  const groups = new Map<string, Point[]>();
  for (const study of view.state.studies) {
    const { results, template, method } = study;
    const score = metricOf(results, view.state.metric?.name);
    if (typeof results?.trainingRows !== 'number' || typeof score?.value !== 'number') continue;
    const name = `${template} · ${method}`;
    const point = {
      study,
      rows: results.trainingRows,
      value: score.value,
      range: score.interval,
    };
    groups.set(name, [...(groups.get(name) ?? []), point]);
  }
  return [...groups]
    .map(([name, points]) => ({ name, points: points.sort((a, b) => a.rows - b.rows) }))
    .filter(({ points }) => new Set(points.map(({ rows }) => rows)).size > 1);
}
