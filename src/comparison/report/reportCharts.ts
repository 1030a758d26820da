import type { ReliabilityBin } from '../../scoring/statistics/calibration';
import type { Verdict } from '../../scoring/statistics/verdict';
import { coordinate as at, fraction, plainNumber as label, signed } from '../../formatNumbers';

/** An estimate and its interval. */
export interface ForestLine {
  readonly name: string;
  /** Place of its colour. */
  readonly place: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Curve {
  readonly name: string;
  readonly place: number;
  /** Loss of the training steps. */
  readonly training: readonly Point[];
  /** Loss on dev. */
  readonly dev: readonly Point[];
}

const width = 680;
const forest = { left: 190, right: 70, line: 28, top: 10, axis: 34 };
const curves = { left: 52, right: 16, top: 12, bottom: 36, height: 280 };
/** Width of the moving average over training loss, as a part of the curve: single steps are mostly noise. */
const smoothing = 1 / 25;

/** Forest plot: a square at each accuracy, a bar over its interval, a dashed line at the majority baseline. */
export function forestPlot(lines: readonly ForestLine[], majority: number | undefined): string {
  const scale = { low: 0, high: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] };
  const reference =
    majority === undefined ? undefined : { at: majority, title: `majority baseline ${fraction(majority)}` };
  return intervals(
    lines.map((line) => ({ ...line, filled: true })),
    { scale, reference, show: fraction, title: 'Accuracy and 95 % interval of each method' },
  );
}

/** Forest plot of differences around zero; only a difference with a verdict has a filled mark. */
export function differencePlot(lines: readonly (ForestLine & { readonly verdict: Verdict })[]): string {
  const reach = 1.05 * Math.max(0.05, ...lines.flatMap(({ low, high }) => [-low, high]));
  const ticks = ticksBetween(-reach, reach, 6);
  return intervals(
    lines.map((line) => ({ ...line, filled: line.verdict === 'better' || line.verdict === 'worse' })),
    {
      scale: { low: -reach, high: reach, ticks },
      reference: { at: 0, title: 'no difference' },
      show: signed,
      title: 'Difference from the baseline and 95 % interval of each method',
    },
  );
}

interface IntervalPlot {
  readonly scale: { readonly low: number; readonly high: number; readonly ticks: readonly number[] };
  readonly reference: { readonly at: number; readonly title: string } | undefined;
  readonly title: string;
  show(value: number): string;
}

function intervals(
  lines: readonly (ForestLine & { readonly filled: boolean })[],
  { scale, reference, show, title }: IntervalPlot,
): string {
  const height = forest.top + lines.length * forest.line + forest.axis;
  const x = (value: number) =>
    forest.left + ((value - scale.low) / (scale.high - scale.low)) * (width - forest.left - forest.right);
  const bottom = height - forest.axis + 4;
  const ticks = scale.ticks.map(
    (value) =>
      `<line class="grid" x1="${at(x(value))}" x2="${at(x(value))}" y1="${forest.top}" y2="${bottom}"/><text class="tick" x="${at(x(value))}" y="${bottom + 16}" text-anchor="middle">${label(value)}</text>`,
  );
  const dashed = reference
    ? `<line class="majority" x1="${at(x(reference.at))}" x2="${at(x(reference.at))}" y1="${forest.top}" y2="${bottom}"><title>${escapeHtml(reference.title)}</title></line>`
    : '';
  const marks = lines.map(({ name, place, mean, low, high, filled }, index) => {
    const y = forest.top + (index + 0.5) * forest.line;
    return (
      `<g class="s${place}"><title>${escapeHtml(name)}: ${show(mean)}, 95 % interval ${show(low)} to ${show(high)}</title>` +
      `<text class="name" x="${forest.left - 14}" y="${y + 4}" text-anchor="end">${escapeHtml(shorten(name, 26))}</text>` +
      `<line class="bar" x1="${at(x(low))}" x2="${at(x(high))}" y1="${y}" y2="${y}"/>` +
      `<line class="bar" x1="${at(x(low))}" x2="${at(x(low))}" y1="${y - 4}" y2="${y + 4}"/><line class="bar" x1="${at(x(high))}" x2="${at(x(high))}" y1="${y - 4}" y2="${y + 4}"/>` +
      `<rect class="mark${filled ? '' : ' hollow'}" x="${at(x(mean) - 4.5)}" y="${y - 4.5}" width="9" height="9"/>` +
      `<text class="value" x="${width - forest.right + 14}" y="${y + 4}">${show(mean)}</text></g>`
    );
  });
  return svg(
    height,
    `${title}: ${lines.map((line) => `${line.name} ${show(line.mean)} (${show(line.low)} to ${show(line.high)})`).join('; ')}`,
    [...ticks, dashed, ...marks].join(''),
  );
}

/** Loss over steps: a line for training (moving average), dots on a dashed line for dev. */
export function lossCurves(list: readonly Curve[]): string {
  return drawCurves(list, { all: list, width, height: curves.height });
}

/** The curves of one study in front of all others, on their common scale. */
export function lossPanel(list: readonly Curve[], place: number): string {
  return drawCurves(
    [...list.filter((curve) => curve.place !== place), ...list.filter((curve) => curve.place === place)],
    { all: list, width: 340, height: 200, place },
  );
}

interface CurvePlot {
  /** What the scale is made for. */
  readonly all: readonly Curve[];
  readonly width: number;
  readonly height: number;
  /** The study that stands out; all when left out. */
  readonly place?: number;
}

function drawCurves(list: readonly Curve[], { all, width: wide, height, place: shown }: CurvePlot): string {
  const points = all.flatMap(({ training, dev }) => [...smooth(training), ...dev]);
  if (points.length === 0) return '';
  const right = Math.max(...points.map((point) => point.x), 1);
  const lowest = Math.min(...points.map((point) => point.y));
  const highest = Math.max(...points.map((point) => point.y));
  const yTicks = ticksBetween(Math.min(lowest, highest - 0.1), highest, 5);
  const [bottom, top] = [Math.min(yTicks[0]!, lowest), Math.max(yTicks.at(-1)!, highest)];
  const x = (value: number) => curves.left + (value / right) * (wide - curves.left - curves.right);
  const y = (value: number) => curves.top + ((top - value) / (top - bottom)) * (height - curves.top - curves.bottom);
  const path = (line: readonly Point[]) =>
    line.map((point, index) => `${index ? 'L' : 'M'}${at(x(point.x))} ${at(y(point.y))}`).join('');
  const axes = [
    ...yTicks.map(
      (value) =>
        `<line class="grid" x1="${curves.left}" x2="${wide - curves.right}" y1="${at(y(value))}" y2="${at(y(value))}"/><text class="tick" x="${curves.left - 8}" y="${at(y(value) + 4)}" text-anchor="end">${label(value)}</text>`,
    ),
    ...ticksBetween(0, right, wide < width ? 4 : 6).map(
      (value) =>
        `<text class="tick" x="${at(x(value))}" y="${height - curves.bottom + 18}" text-anchor="middle">${label(value)}</text>`,
    ),
    `<text class="tick" x="${wide - curves.right}" y="${height - 4}" text-anchor="end">step</text>`,
  ];
  const lines = list.map(({ name, place, training, dev }) => {
    const front = shown === undefined || place === shown;
    return (
      `<g class="${front ? `s${place}` : 's0 other'}"><title>${escapeHtml(name)}</title><path class="curve" d="${path(smooth(training))}"/>` +
      (front
        ? `<path class="curve dev" d="${path(dev)}"/>${dev.map((point) => `<circle class="dot" cx="${at(x(point.x))}" cy="${at(y(point.y))}" r="3"><title>${escapeHtml(name)}, step ${point.x}: dev loss ${fraction(point.y)}</title></circle>`).join('')}`
        : '') +
      '</g>'
    );
  });
  const told = list
    .filter(({ place }) => shown === undefined || place === shown)
    .map(({ name, dev }) =>
      dev.length > 0 ? `${name}, dev loss ${fraction(dev[0]!.y)} to ${fraction(dev.at(-1)!.y)}` : name,
    )
    .join('; ');
  return svg(height, `Loss over training steps: ${told}`, [...axes, ...lines].join(''), wide);
}

const square = { size: 190, left: 34, bottom: 30, top: 8, right: 10, largest: 9 };

/** Accuracy over probability: a dot a bin, its area the number of answers, and the diagonal. */
export function reliabilityPlot({
  name,
  place,
  bins,
}: {
  readonly name: string;
  readonly place: number;
  readonly bins: readonly ReliabilityBin[];
}): string {
  const { size, left, bottom, top, right, largest } = square;
  const x = (value: number) => left + value * (size - left - right);
  const y = (value: number) => top + (1 - value) * (size - top - bottom);
  const most = Math.max(...bins.map(({ n }) => n));
  const grid = [0, 0.5, 1]
    .map(
      (value) =>
        `<line class="grid" x1="${at(x(0))}" x2="${at(x(1))}" y1="${at(y(value))}" y2="${at(y(value))}"/><line class="grid" x1="${at(x(value))}" x2="${at(x(value))}" y1="${at(y(0))}" y2="${at(y(1))}"/>` +
        `<text class="tick" x="${at(x(0) - 6)}" y="${at(y(value) + 4)}" text-anchor="end">${value}</text><text class="tick" x="${at(x(value))}" y="${at(y(0) + 15)}" text-anchor="middle">${value}</text>`,
    )
    .join('');
  const dots = bins
    .map(
      ({ n, confidence, accuracy }) =>
        `<circle class="bin" cx="${at(x(confidence))}" cy="${at(y(accuracy))}" r="${at(Math.max(2, largest * Math.sqrt(n / most)))}"><title>${n} answers: probability ${fraction(confidence)}, right ${fraction(accuracy)}</title></circle>`,
    )
    .join('');
  const path = bins
    .map(({ confidence, accuracy }, i) => `${i ? 'L' : 'M'}${at(x(confidence))} ${at(y(accuracy))}`)
    .join('');
  const told = bins
    .map(({ n, confidence, accuracy }) => `${n} answers at ${fraction(confidence)}, ${fraction(accuracy)} right`)
    .join('; ');
  return (
    `<svg class="square" viewBox="0 0 ${size} ${size}" role="img" aria-label="${escapeHtml(`Reliability of ${name}: ${told}`)}">${grid}<line class="majority" x1="${at(x(0))}" y1="${at(y(0))}" x2="${at(x(1))}" y2="${at(y(1))}"/>` +
    `<g class="s${place}"><path class="curve thin" d="${path}"/>${dots}</g><text class="tick" x="${at(x(0.5))}" y="${size - 2}" text-anchor="middle">probability</text></svg>`
  );
}

/** What the colours mean. */
export function legend(entries: readonly { readonly name: string; readonly place: number }[]): string {
  return entries
    .map(({ name, place }) => `<span class="entry"><span class="key s${place}"></span>${escapeHtml(name)}</span>`)
    .join(' ');
}

/** Round numbers inside [low, high], about as many as asked for. */
export function ticksBetween(low: number, high: number, about: number): readonly number[] {
  const rough = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => (first + index) * step);
}

/** Text as it may stand in HTML, in an element or an attribute. */
export function escapeHtml(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

function smooth(points: readonly Point[]): readonly Point[] {
  const reach = Math.floor((points.length * smoothing) / 2);
  return points.map(({ x }, index) => {
    const near = points.slice(Math.max(0, index - reach), index + reach + 1);
    return { x, y: near.reduce((sum, point) => sum + point.y, 0) / near.length };
  });
}

function svg(height: number, title: string, content: string, wide = width): string {
  return `<svg viewBox="0 0 ${wide} ${height}" role="img" aria-label="${escapeHtml(title)}">${content}</svg>`;
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
