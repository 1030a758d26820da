import * as l10n from '@vscode/l10n';
import { largest, smallest } from '../../lists';
import { coordinate, fraction, plainNumber } from '../../words/formatNumbers';
import { h, type Html } from '../../html';
import { drawing, fullWidth, line, pathThrough, text, ticksBetween, type Point } from './drawing';
import { colourClass, type Coloured } from './studyColour';

/** The losses of one run over its steps. */
export interface Curve extends Coloured {
  /** Loss of the training steps. */
  readonly training: readonly Point[];
  /** Loss on dev. */
  readonly dev: readonly Point[];
}

const area = { left: 52, right: 16, top: 12, bottom: 36 };

/** Width of the moving average over training loss, as a part of the curve: single steps are mostly noise. */
const smoothing = 1 / 25;

/** Loss over steps: a line for training (moving average), dots on a dashed line for dev; null where there is none. */
export function lossCurves(curves: readonly Curve[]): Html | null {
  return drawCurves(curves, { all: curves, width: fullWidth, height: 280 });
}

/** The curves of one study in front of all others, on their common scale. */
export function lossPanel(curves: readonly Curve[], colourIndex: number): Html | null {
  const [front, behind] = [true, false].map((wanted) =>
    curves.filter((curve) => (curve.colourIndex === colourIndex) === wanted),
  );
  return drawCurves([...behind!, ...front!], { all: curves, width: 340, height: 200, colourIndex });
}

interface CurvePlot {
  /** What the scale is made for. */
  readonly all: readonly Curve[];
  readonly width: number;
  readonly height: number;
  /** The study that stands out; all when left out. */
  readonly colourIndex?: number;
}

/** Where a step and a loss are drawn. */
interface Scale {
  x(step: number): number;
  y(loss: number): number;
  readonly steps: readonly number[];
  readonly losses: readonly number[];
}

function drawCurves(curves: readonly Curve[], plot: CurvePlot): Html | null {
  const scale = scaleOf(plot);
  if (!scale) return null;
  const isInFront = ({ colourIndex }: Curve) => plot.colourIndex === undefined || colourIndex === plot.colourIndex;
  const summary = curves.filter(isInFront).map(describeCurve).join('; ');
  return drawing(plot, l10n.t`Loss over training steps: ${summary}`, [
    axes(scale, plot),
    curves.map((curve) => (isInFront(curve) ? frontCurve(curve, scale) : curveBehind(curve, scale))),
  ]);
}

function scaleOf({ all, width, height }: CurvePlot): Scale | undefined {
  const points = all.flatMap(({ training, dev }) => [...smooth(training), ...dev]);
  if (points.length === 0) return undefined;
  const last = largest(
    points.map(({ x }) => x),
    1,
  );
  const lowest = smallest(points.map(({ y }) => y));
  const highest = largest(points.map(({ y }) => y));
  const losses = ticksBetween(Math.min(lowest, highest - 0.1), highest, 5);
  const [bottom, top] = [Math.min(losses[0]!, lowest), Math.max(losses.at(-1)!, highest)];
  return {
    x: (step) => area.left + (step / last) * (width - area.left - area.right),
    y: (loss) => area.top + ((top - loss) / (top - bottom)) * (height - area.top - area.bottom),
    steps: ticksBetween(0, last, width < fullWidth ? 4 : 6),
    losses,
  };
}

function axes({ x, y, steps, losses }: Scale, { width, height }: CurvePlot): readonly Html[] {
  const right = width - area.right;
  return [
    ...losses.flatMap((loss) => [
      line('grid', { x: area.left, y: y(loss) }, { x: right, y: y(loss) }),
      text('tick', { x: area.left - 8, y: y(loss) + 4 }, { anchor: 'end', content: plainNumber(loss) }),
    ]),
    ...steps.map((step) =>
      text('tick', { x: x(step), y: height - area.bottom + 18 }, { anchor: 'middle', content: plainNumber(step) }),
    ),
    text('tick', { x: right, y: height - 4 }, { anchor: 'end', content: l10n.t`step` }),
  ];
}

function frontCurve({ name, colourIndex, training, dev }: Curve, scale: Scale): Html {
  return h('g', { class: colourClass(colourIndex) }, [
    h('title', {}, name),
    h('path', { class: 'curve', d: path(smooth(training), scale) }),
    h('path', { class: 'curve dev', d: path(dev, scale) }),
    dev.map((point) =>
      h(
        'circle',
        { class: 'dot', cx: coordinate(scale.x(point.x)), cy: coordinate(scale.y(point.y)), r: 3 },
        h('title', {}, l10n.t`${name}, step ${point.x}: dev loss ${fraction(point.y)}`),
      ),
    ),
  ]);
}

function curveBehind({ name, training }: Curve, scale: Scale): Html {
  return h('g', { class: `${colourClass(0)} other` }, [
    h('title', {}, name),
    h('path', { class: 'curve', d: path(smooth(training), scale) }),
  ]);
}

function path(points: readonly Point[], scale: Scale): string {
  return pathThrough(points.map(({ x, y }) => ({ x: scale.x(x), y: scale.y(y) })));
}

function describeCurve({ name, dev }: Curve): string {
  const [first, last] = [dev[0], dev.at(-1)];
  return first && last ? l10n.t`${name}, dev loss ${fraction(first.y)} to ${fraction(last.y)}` : name;
}

function smooth(points: readonly Point[]): readonly Point[] {
  const reach = Math.floor((points.length * smoothing) / 2);
  return points.map(({ x }, index) => {
    const near = points.slice(Math.max(0, index - reach), index + reach + 1);
    return { x, y: near.reduce((sum, point) => sum + point.y, 0) / near.length };
  });
}
