import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../../src/lists';
import { svg } from '../../svg';
import { smoothed } from '../curves';
import { lineStyle } from '../lineStyle';
import { coordinate, count, fraction } from '../../../src/words/formatNumbers';
import type { PageView } from '../view';
import type { ChartLine } from './curveChart';
import { linearScale, logScale } from '../../plot/scale';
import { axes, plotArea } from '../../plot/axes';

const legendLine = 18;

type Points = readonly (readonly [number, number | null])[];

interface Course {
  readonly line: ChartLine;
  /** As measured; nothing where it is not shown. */
  readonly raw: Points;
  readonly drawn: Points;
  readonly dots: Points;
}

/** The learning curves as a drawing: the chart on the page is a canvas, which cannot be exported as lines. */
export function curveDrawing(
  lines: readonly ChartLine[],
  { theme, look }: Pick<PageView, 'theme' | 'look'>,
): SVGElement {
  const courses = lines.map((line) => courseOf(line, look));
  const all = courses.flatMap(({ raw, drawn, dots }) => [...raw, ...drawn, ...dots]);
  const values = all.flatMap(([, value]) => value ?? []);
  const steps = all.map(([step]) => step);
  const x = linearScale([smallest(steps, 0), largest(steps, 1)], [plotArea.left, plotArea.right]);
  const range = [smallest(values), largest(values)] as const;
  const y =
    look.logarithmic && look.curve === 'loss'
      ? logScale(values, [plotArea.bottom, plotArea.top], String)
      : linearScale(range, [plotArea.bottom, plotArea.top], 5);
  const path = (points: Points): string =>
    points
      .flatMap(([step, value]) => (value === null ? [] : [`${coordinate(x(step))},${coordinate(y(value))}`]))
      .join(' ');
  return svg(
    'svg',
    { viewBox: `0 0 ${plotArea.width} ${plotArea.height + lines.length * legendLine}`, class: 'drawing plot' },
    ...axes(x, y, { x: l10n.t`Step`, y: look.curve === 'loss' ? l10n.t`Loss (nats)` : l10n.t`Accuracy on dev` }),
    ...courses.flatMap(({ line, raw, drawn, dots }, index) => {
      const { colour, dash } = lineStyle(line.study.colourIndex, theme);
      const at = plotArea.height + (index + 0.5) * legendLine;
      return [
        ...(raw.length > 0
          ? [svg('polyline', { class: 'course', stroke: colour, opacity: 0.4, points: path(raw) })]
          : []),
        svg('polyline', { class: 'course', stroke: colour, 'stroke-dasharray': dash.join(' '), points: path(drawn) }),
        ...dots.flatMap(([step, value]) =>
          value === null
            ? []
            : [
                svg(
                  'circle',
                  { cx: x(step), cy: y(value), r: 3, fill: colour },
                  svg('title', {}, l10n.t`${line.label}: ${fraction(value)} at step ${count(step)}`),
                ),
              ],
        ),
        svg('line', {
          x1: plotArea.left,
          x2: plotArea.left + 28,
          y1: at,
          y2: at,
          stroke: colour,
          'stroke-width': 2.5,
          'stroke-dasharray': dash.join(' '),
        }),
        svg('text', { class: 'label', x: plotArea.left + 36, y: at + 4 }, line.label),
      ];
    }),
  );
}

function courseOf(line: ChartLine, { curve, smoothing }: PageView['look']): Course {
  const { training, dev } = line.curve;
  if (curve === 'accuracy') {
    const accuracies = dev.map(([step, , accuracy]) => [step, accuracy] as const);
    return { line, raw: [], drawn: accuracies, dots: accuracies };
  }
  const dots = dev.map(([step, loss]) => [step, loss] as const);
  return smoothing === 'none'
    ? { line, raw: [], drawn: training, dots }
    : { line, raw: training, drawn: smoothed(training, Number(smoothing)), dots };
}
