import * as l10n from '@vscode/l10n';
import { inSentence, type MetricFace } from '../../src/views/run/contract';
import { element } from '../element';
import { bytes, learningRate, missing, perSecond, shortLoss, shortMetric } from '../../src/words/formatNumbers';
import { onSteps, allSteps, type RunCurve } from './series';

/** Rows of the table behind the charts; between them steps are left out evenly, evaluations never. */
const mostRows = 120;

/** The numbers of the charts as a table. */
export function numbersTable(curve: RunCurve, metric: MetricFace): HTMLElement {
  const steps = allSteps(curve);
  const stride = Math.max(1, Math.ceil(curve.training.length / mostRows));
  const evaluated = new Set(curve.dev.map(([step]) => step));
  const training = new Map(curve.training.map((point) => [point[0], point]));
  const devLoss = onSteps(
    steps,
    curve.dev.map(([step, loss]) => [step, loss]),
  );
  const devScore = onSteps(
    steps,
    curve.dev.map(([step, , score]) => [step, score]),
  );
  const headings = [
    l10n.t`Step`,
    l10n.t`Loss`,
    l10n.t`Dev loss`,
    l10n.t`Dev ${inSentence(metric.title)}`,
    l10n.t`Learning rate`,
    l10n.t`Examples a second`,
    l10n.t`Memory`,
  ];
  const text = (value: number | null | undefined, format: (value: number) => string) =>
    typeof value === 'number' ? format(value) : missing;
  const rows = steps.flatMap((step, index) => {
    if (!evaluated.has(step) && index % stride !== 0 && index !== steps.length - 1) return [];
    const [, loss, rate, speed, memory] = training.get(step) ?? [];
    return [
      element(
        'tr',
        {},
        element('th', { scope: 'row' }, String(step)),
        ...[
          text(loss, shortLoss),
          text(devLoss[index], shortLoss),
          text(devScore[index], (value) => shortMetric(value, metric.scale)),
          text(rate, learningRate),
          text(speed, perSecond),
          text(memory, bytes),
        ].map((value) => element('td', { class: 'number' }, value)),
      ),
    ];
  });
  return element(
    'div',
    { class: 'scroll tall', tabindex: '0', role: 'region', 'aria-label': l10n.t`Numbers` },
    element(
      'table',
      {},
      element('caption', { class: 'hidden' }, l10n.t`Numbers behind the curves`),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...headings.map((name, column) => element('th', { scope: 'col', class: column > 0 ? 'number' : '' }, name)),
        ),
      ),
      element('tbody', {}, ...rows),
    ),
  );
}
