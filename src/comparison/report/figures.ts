import * as l10n from '@vscode/l10n';
import { isolated } from '../../words/isolateText';
import { fraction } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';
import type { MetricLine } from '../../runs/store/files/metricLine';
import type { MetricFace } from '../../scoring/metricFace';
import { metricOf } from '../study/studyResults';
import type { RunRecord } from '../../runs/record/record';
import { seedName } from '../study/studies';
import type { TaskComparison } from '../taskComparison';
import type { Point } from './drawing';
import { differencePlot, forestPlot } from './intervalPlots';
import { lossCurves, lossPanel, type Curve } from './lossCurves';
import { reliabilityPlot } from './reliabilityPlot';
import { legend, type ColouredStudy } from './studyColour';

/** What decides and the differences by it with their intervals; empty without results. */
export function metricFigures(
  { majorities: [majority], metric, ...task }: TaskComparison,
  studies: readonly ColouredStudy[],
): readonly Html[] {
  const measured = studies.flatMap(({ name, colourIndex, results }) => {
    const score = metricOf(results, metric?.name);
    if (!score || score.value === null) return [];
    const [low, high] = score.interval ?? [score.value, score.value];
    return [{ name, colourIndex, mean: score.value, low, high }];
  });
  if (measured.length === 0 || !metric) return [];
  const caption = [
    orderText(metric),
    ...(majority ? [l10n.t`The dashed line is the accuracy of always answering “${isolated(majority.label)}”.`] : []),
  ].join(' ');
  return [
    figure(
      forestPlot(
        [...measured].sort((a, b) => (metric.better === 'lower' ? a.mean - b.mean : b.mean - a.mean)),
        { metric, majority: majority?.accuracy },
      ),
      caption,
    ),
    ...differenceFigures(studies, metric, task.baseline),
  ];
}

function orderText({ title, better }: MetricFace): string {
  switch (better) {
    case 'lower':
      return l10n.t`${title} with its 95 % interval, lowest first.`;
    case 'higher':
      return l10n.t`${title} with its 95 % interval, best first.`;
    case 'neither':
      return l10n.t`${title} with its 95 % interval, highest first.`;
  }
}

function differenceFigures(
  studies: readonly ColouredStudy[],
  metric: MetricFace,
  baseline: string | null,
): readonly Html[] {
  const differences = studies.flatMap(({ name, difference, colourIndex }) =>
    difference ? [{ name, colourIndex, ...difference }] : [],
  );
  if (differences.length === 0) return [];
  const reference = studies.find(({ key }) => key === baseline)?.name ?? '';
  const caption = l10n.t`Difference from ${reference} on the same rows, with its 95 % interval. A hollow mark has no \
verdict or an interval that holds zero.`;
  return [figure(differencePlot(differences, metric), caption)];
}

/** More curves than this hide one another; each study then has a picture of its own. */
const mostTogether = 5;

/** The lines of `metrics.jsonl` of each run. */
export type MetricsOfRuns = ReadonlyMap<RunRecord, readonly MetricLine[]>;

/** The losses of all trained runs; null without any. */
export function curvesFigure(studies: readonly ColouredStudy[], metrics: MetricsOfRuns): Html | null {
  const curves = studies
    .flatMap((study) => curvesOf(study, metrics))
    .filter(({ training, dev }) => training.length + dev.length > 0);
  if (curves.length === 0) return null;
  const drawn = studies.filter(({ colourIndex }) => curves.some((curve) => curve.colourIndex === colourIndex));
  const caption = l10n.t`Loss over steps, nats: the line is the training loss (moving average), the dots are dev.`;
  if (curves.length <= mostTogether) return figure(lossCurves(curves), [`${caption} `, legend(drawn)]);
  const panels = drawn.map((study) => figure(lossPanel(curves, study.colourIndex), legend([study])));
  return h('section', {}, [
    h('h3', {}, l10n.t`Learning`),
    '\n',
    h('p', { class: 'quiet' }, l10n.t`${caption} Pale lines are the training losses of the others.`),
    h('div', { class: 'panels' }, panels),
  ]);
}

function curvesOf(study: ColouredStudy, metrics: MetricsOfRuns): readonly Curve[] {
  return study.runs.map((run) => {
    const lines = metrics.get(run) ?? [];
    return {
      name: seedName(study.name, study, run),
      colourIndex: study.colourIndex,
      training: pointsOf(lines, (line) => ('loss' in line ? line.loss : undefined)),
      dev: pointsOf(lines, (line) => ('dev' in line ? line.dev.loss : undefined)),
    };
  });
}

/** A point for each line that has a loss. */
function pointsOf(metrics: readonly MetricLine[], lossOf: (line: MetricLine) => number | undefined): readonly Point[] {
  return metrics.flatMap((line) => {
    const loss = lossOf(line);
    return loss !== undefined && Number.isFinite(loss) ? [{ x: line.step, y: loss }] : [];
  });
}

/** How far the probabilities can be believed, a figure a study; empty without any. */
export function reliabilityFigures(studies: readonly ColouredStudy[]): readonly Html[] {
  const figures = studies.flatMap(({ name, reliability, colourIndex }) => {
    if (!reliability) return [];
    const error = l10n.t`calibration error ${fraction(reliability.calibrationError)}`;
    const plot = reliabilityPlot({ name, colourIndex, bins: reliability.bins });
    return [figure(plot, [h('strong', {}, name), h('br', {}), error])];
  });
  const note = l10n.t`Of answers given with like probability, the share that was right; a dot's area is the number of \
answers. On the diagonal a probability means what it says. The calibration error is the mean distance from it.`;
  return figures.length === 0
    ? []
    : [h('p', { class: 'quiet' }, note), h('div', { class: 'small-multiples' }, figures)];
}

function figure(content: Child, caption: Child): Html {
  return h('figure', {}, [content, h('figcaption', {}, caption)]);
}
