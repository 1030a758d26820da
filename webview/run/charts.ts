import * as l10n from '@vscode/l10n';
import { smallest } from '../../src/lists';
import { bytes, learningRate, perSecond, shortLoss, shortMetric } from '../../src/words/formatNumbers';
import type { MetricFace } from '../../src/views/run/contract';
import { element } from '../element';
import type { Theme } from '../theme';
import { createMetricChart, type ChartSeries, type MetricChart } from './metricChart';
import { allSteps, onSteps, smoothed, type RunCurve } from './series';
import { statements } from '../statements';

/** What the person has chosen about the charts; kept over a restart. */
export interface ChartChoice {
  /** Share of the past in the smoothed line, 0 to below 1. */
  readonly smoothing: number;
  readonly log: boolean;
  readonly range?: readonly [number, number];
}

export interface ChartStyle {
  readonly theme: Theme;
  readonly colour: string;
  /** What dev is judged by. */
  readonly metric: MetricFace;
}

export interface Charts {
  show(curve: RunCurve, choice: ChartChoice, style: ChartStyle): void;
}

interface Panel {
  readonly figure: HTMLElement;
  readonly chart: MetricChart;
  format(value: number): string;
}

/** Loss and what dev is judged by large, and below them learning rate, speed and memory; all over the same steps. */
export function createCharts(root: HTMLElement, zoom: (range: readonly [number, number] | undefined) => void): Charts {
  const panel = (
    title: string,
    options: { readonly height: number; readonly label: string; format(value: number): string },
  ): Panel => {
    const canvas = element('div', { class: 'chart' });
    const figure = element('figure', {}, element('figcaption', {}, title), canvas);
    return { figure, chart: createMetricChart(canvas, { ...options, zoom }), format: options.format };
  };
  const loss = panel(l10n.t`Loss`, { height: 280, label: l10n.t`Nats`, format: shortLoss });
  const score = panel('', { height: 220, label: '', format: (value) => shortMetric(value, scale) });
  let scale: MetricFace['scale'] = 'share';
  const rate = panel(l10n.t`Learning rate`, { height: 130, label: '', format: learningRate });
  const speed = panel(l10n.t`Examples a second`, { height: 130, label: '', format: perSecond });
  const memory = panel(l10n.t`Memory`, { height: 130, label: '', format: bytes });
  root.append(loss.figure, score.figure, element('div', { class: 'small' }, rate.figure, speed.figure, memory.figure));

  return {
    show(curve, { smoothing, log, range }, { theme, colour, metric }) {
      const steps = allSteps(curve);
      const devColour = theme.series.find((hue) => hue !== colour && hue === theme.series[1]) ?? theme.series[3]!;
      const training = (column: 1 | 2 | 3 | 4) =>
        onSteps(
          steps,
          curve.training.map((point) => [point[0], point[column]]),
        );
      const draw = (
        { figure, chart, format }: Panel,
        name: string,
        { series, scale }: { readonly series: readonly ChartSeries[]; readonly scale?: boolean },
      ) => {
        figure.hidden = series.every(({ values }) => values.every((value) => value === null));
        if (!figure.hidden)
          chart.show(
            {
              steps,
              series,
              range,
              log: scale === true && log && positive(series),
              summary: summaryOf(name, { series, format }, steps),
            },
            theme,
          );
      };
      const raw = training(1);
      draw(loss, l10n.t`Loss`, {
        scale: true,
        series: [
          ...(smoothing > 0 ? [{ label: l10n.t`each step`, colour, kind: 'faint', values: raw } as const] : []),
          {
            label: smoothing > 0 ? l10n.t`smoothed` : l10n.t`each step`,
            colour,
            kind: 'line',
            values: smoothed(raw, smoothing),
          },
          ...(curve.dev.length > 0
            ? [
                {
                  label: l10n.t`on dev`,
                  colour: devColour,
                  kind: 'dots',
                  values: onSteps(
                    steps,
                    curve.dev.map(([step, value]) => [step, value]),
                  ),
                } as const,
              ]
            : []),
        ],
      });
      scale = metric.scale;
      score.figure.querySelector('figcaption')!.textContent = l10n.t`${metric.title} on dev`;
      draw(score, l10n.t`${metric.title} on dev`, {
        series: [
          {
            label: l10n.t`on dev`,
            colour: devColour,
            kind: 'marked',
            values: onSteps(
              steps,
              curve.dev.map(([step, , value]) => [step, value]),
            ),
          },
        ],
      });
      draw(rate, l10n.t`Learning rate`, {
        series: [{ label: l10n.t`rate`, colour, kind: 'line', values: training(2) }],
      });
      draw(speed, l10n.t`Examples a second`, {
        series: [{ label: l10n.t`a second`, colour, kind: 'line', values: training(3) }],
      });
      draw(memory, l10n.t`Memory`, {
        series: [{ label: l10n.t`resident`, colour, kind: 'line', values: training(4) }],
      });
    },
  };
}

/** A logarithm needs values above zero. */
function positive(series: readonly ChartSeries[]): boolean {
  return series.every(({ values }) => values.every((value) => value === null || value > 0));
}

/** What a chart says, for those who do not see it. */
function summaryOf(
  name: string,
  { series, format }: { readonly series: readonly ChartSeries[]; format(value: number): string },
  steps: readonly number[],
): string {
  const sentences = series
    .filter(({ kind }) => kind !== 'faint')
    .flatMap(({ label, values }) => {
      const known = values.flatMap((value, index) => (value === null ? [] : [{ value, step: steps[index]! }]));
      const [first, last] = [known[0], known.at(-1)];
      if (!first || !last) return [];
      const least = smallest(known.map(({ value }) => value));
      return [
        l10n.t`${label}: ${format(first.value)} at step ${first.step}, ${format(last.value)} at step ${last.step}, \
least ${format(least)}`,
      ];
    });
  return l10n.t`${name} by step. ${statements(sentences)}`;
}
