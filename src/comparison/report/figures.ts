import { fraction } from '../../formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { MetricLine } from '../../runs/store/metricLine';
import type { ComparedStudy } from '../taskComparison';
import type { Point } from './drawing';
import { differencePlot, forestPlot } from './intervalPlots';
import { lossCurves, lossPanel, type Curve } from './lossCurves';
import { reliabilityPlot } from './reliabilityPlot';
import { legend } from './studyColour';
import { majorityOf } from './summaryTable';

/** Accuracies and differences with their intervals; empty without results. */
export function accuracyFigures(studies: readonly ComparedStudy[], baseline: string | null): readonly Html[] {
  const measured = studies.flatMap(({ analysis: { name, accuracy }, place }) =>
    accuracy ? [{ name, place, ...accuracy }] : [],
  );
  if (measured.length === 0) return [];
  const majority = majorityOf(studies);
  const dashed = majority ? ` The dashed line is the accuracy of always answering “${majority.label}”.` : '';
  return [
    figure(
      forestPlot(
        [...measured].sort((a, b) => b.mean - a.mean),
        majority?.accuracy,
      ),
      `Accuracy with its 95 % interval, best first.${dashed}`,
    ),
    ...differenceFigures(studies, baseline),
  ];
}

function differenceFigures(studies: readonly ComparedStudy[], baseline: string | null): readonly Html[] {
  const differences = studies.flatMap(({ analysis: { name, difference }, place }) =>
    difference ? [{ name, place, ...difference }] : [],
  );
  if (differences.length === 0) return [];
  const reference = studies.find(({ analysis }) => analysis.key === baseline)?.analysis.name ?? '';
  const caption =
    `Difference from ${reference} on the same rows, with its 95 % interval. ` +
    'A hollow mark has no verdict or an interval that holds zero.';
  return [figure(differencePlot(differences), caption)];
}

/** More curves than this hide one another; each study then has a picture of its own. */
const mostTogether = 5;

/** The losses of all trained runs; null without any. */
export function curvesFigure(studies: readonly ComparedStudy[]): Html | null {
  const curves = studies.flatMap(curvesOf).filter(({ training, dev }) => training.length + dev.length > 0);
  if (curves.length === 0) return null;
  const drawn = studies
    .filter(({ place }) => curves.some((curve) => curve.place === place))
    .map(({ analysis: { name }, place }) => ({ name, place }));
  const caption = 'Loss over steps, nats: the line is the training loss (moving average), the dots are dev.';
  if (curves.length <= mostTogether) return figure(lossCurves(curves), [`${caption} `, legend(drawn)]);
  const panels = drawn.map((study) => figure(lossPanel(curves, study.place), legend([study])));
  return h('section', {}, [
    h('h3', {}, 'Learning'),
    '\n',
    h('p', { class: 'quiet' }, `${caption} Pale lines are the training losses of the others.`),
    h('div', { class: 'panels' }, panels),
  ]);
}

function curvesOf({ entry, analysis: { name }, place }: ComparedStudy): readonly Curve[] {
  return entry.trials.map(({ record, metrics }) => ({
    name: entry.trials.length > 1 ? `${name}, seed ${record.settings.seed}` : name,
    place,
    training: pointsOf(metrics, (line) => ('loss' in line ? line.loss : undefined)),
    dev: pointsOf(metrics, (line) => ('dev' in line ? line.dev.loss : undefined)),
  }));
}

/** A point for each line that has a loss. */
function pointsOf(metrics: readonly MetricLine[], lossOf: (line: MetricLine) => number | undefined): readonly Point[] {
  return metrics.flatMap((line) => {
    const loss = lossOf(line);
    return loss !== undefined && Number.isFinite(loss) ? [{ x: line.step, y: loss }] : [];
  });
}

/** How far the probabilities can be believed, a figure a study; empty without any. */
export function reliabilityFigures(studies: readonly ComparedStudy[]): readonly Html[] {
  const figures = studies.flatMap(({ analysis: { name, reliability }, place }) => {
    if (!reliability) return [];
    const error = `calibration error ${fraction(reliability.calibrationError)}`;
    const plot = reliabilityPlot({ name, place, bins: reliability.bins });
    return [figure(plot, [h('strong', {}, name), h('br', {}), error])];
  });
  const note =
    "Of answers given with like probability, the share that was right; a dot's area is the number of answers. " +
    'On the diagonal a probability means what it says. The calibration error is the mean distance from it.';
  return figures.length === 0
    ? []
    : [h('p', { class: 'quiet' }, note), h('div', { class: 'small-multiples' }, figures)];
}

function figure(content: Child, caption: Child): Html {
  return h('figure', {}, [content, h('figcaption', {}, caption)]);
}
