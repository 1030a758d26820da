import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../lists';
import { coordinate, fraction, metricNumber, plainNumber, signedMetric } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { MetricFace } from '../../scoring/metricFace';
import type { Verdict } from '../../scoring/statistics/verdict';
import { drawing, fullWidth, line, text, ticksBetween } from './drawing';
import { colourClass, type Coloured } from './studyColour';

/** An estimate of a study and its interval. */
export interface StudyInterval extends Coloured {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const area = { left: 190, right: 70, row: 28, top: 10, axis: 34 };
const markSize = 9;
const longestName = 26;

/** Forest plot: a square at each value, a bar over its interval, a dashed line at the majority baseline. */
export function forestPlot(
  rows: readonly StudyInterval[],
  { metric, majority }: { readonly metric: MetricFace; readonly majority: number | undefined },
): Html {
  return intervalPlot(
    rows.map((row) => ({ ...row, filled: true })),
    {
      scale: scaleOf(rows, metric),
      reference:
        majority === undefined ? undefined : { at: majority, title: l10n.t`majority baseline ${fraction(majority)}` },
      show: (value) => metricNumber(value, metric.scale),
      title: l10n.t`${metric.title} and 95 % interval of each method`,
    },
  );
}

/** All of a share or of a hundred; of a count as far as it goes. */
function scaleOf(rows: readonly StudyInterval[], { scale }: MetricFace): IntervalPlot['scale'] {
  const whole = { share: 1, hundred: 100, count: 0 }[scale];
  const [low, high] = [
    smallest([...rows.map((row) => row.low), 0]),
    1.05 *
      largest(
        rows.map((row) => row.high),
        0,
      ),
  ];
  return whole > 0 && rows.every((row) => row.low >= 0 && row.high <= whole)
    ? { low: 0, high: whole, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => part * whole) }
    : { low, high: high || 1, ticks: ticksBetween(low, high || 1, 6) };
}

/** Forest plot of differences around zero; only a difference with a verdict has a filled mark. */
export function differencePlot(
  rows: readonly (StudyInterval & { readonly verdict: Verdict })[],
  { scale: kind }: MetricFace,
): Html {
  const widest =
    1.05 *
    largest(
      rows.flatMap(({ low, high }) => [-low, high]),
      0.05,
    );
  return intervalPlot(
    rows.map((row) => ({ ...row, filled: row.verdict === 'better' || row.verdict === 'worse' })),
    {
      scale: { low: -widest, high: widest, ticks: ticksBetween(-widest, widest, 6) },
      reference: { at: 0, title: l10n.t`no difference` },
      show: (value) => signedMetric(value, kind),
      title: l10n.t`Difference from the baseline and 95 % interval of each method`,
    },
  );
}

interface IntervalPlot {
  readonly scale: { readonly low: number; readonly high: number; readonly ticks: readonly number[] };
  readonly reference: { readonly at: number; readonly title: string } | undefined;
  readonly title: string;
  show(value: number): string;
}

type IntervalRow = StudyInterval & { readonly filled: boolean };

function intervalPlot(rows: readonly IntervalRow[], { scale, reference, show, title }: IntervalPlot): Html {
  const height = area.top + rows.length * area.row + area.axis;
  const bottom = height - area.axis + 4;
  const xOf = (value: number) =>
    area.left + ((value - scale.low) / (scale.high - scale.low)) * (fullWidth - area.left - area.right);
  const upright = (kind: string, x: number, content: Child = []) =>
    line(kind, { x, y: area.top }, { x, y: bottom }, content);
  const summary = rows
    .map((row) => l10n.t`${row.name} ${show(row.mean)} (${show(row.low)} to ${show(row.high)})`)
    .join('; ');
  return drawing({ width: fullWidth, height }, l10n.t`${title}: ${summary}`, [
    scale.ticks.map((value) => [
      upright('grid', xOf(value)),
      text('tick', { x: xOf(value), y: bottom + 16 }, { anchor: 'middle', content: plainNumber(value) }),
    ]),
    reference && upright('majority', xOf(reference.at), h('title', {}, reference.title)),
    rows.map((row, index) => intervalRow(row, area.top + (index + 0.5) * area.row, { xOf, show })),
  ]);
}

function intervalRow(
  { name, colourIndex, mean, low, high, filled }: IntervalRow,
  y: number,
  { xOf, show }: { xOf(value: number): number; show(value: number): string },
): Html {
  const end = (value: number) => line('bar', { x: xOf(value), y: y - 4 }, { x: xOf(value), y: y + 4 });
  return h('g', { class: colourClass(colourIndex) }, [
    h('title', {}, l10n.t`${name}: ${show(mean)}, 95 % interval ${show(low)} to ${show(high)}`),
    text('name', { x: area.left - 14, y: y + 4 }, { anchor: 'end', content: shortened(name) }),
    line('bar', { x: xOf(low), y }, { x: xOf(high), y }),
    end(low),
    end(high),
    h('rect', {
      class: filled ? 'mark' : 'mark hollow',
      x: coordinate(xOf(mean) - markSize / 2),
      y: coordinate(y - markSize / 2),
      width: markSize,
      height: markSize,
    }),
    text('value', { x: fullWidth - area.right + 14, y: y + 4 }, { content: show(mean) }),
  ]);
}

/** A name that fits beside a drawing. */
export function shortened(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 1)}…`;
}
