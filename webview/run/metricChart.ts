import * as l10n from '@vscode/l10n';
import type uPlot from 'uplot';
import { axisIn, createStepPlot, stepMarks } from '../stepPlot';
import type { Theme } from '../theme';

/** A line of a chart, dots, or a line with dots on it. */
export interface ChartSeries {
  readonly label: string;
  readonly colour: string;
  readonly kind: 'line' | 'faint' | 'dots' | 'marked';
  readonly values: readonly (number | null)[];
}

export interface ChartContent {
  readonly steps: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly log: boolean;
  /** Steps shown; all while it is absent. */
  readonly range?: readonly [number, number];
  /** What the chart says, for those who do not see it. */
  readonly summary: string;
}

export interface MetricChart {
  show(content: ChartContent, theme: Theme): void;
  /** The plot's own width has to follow that of its element. */
  dispose(): void;
}

export interface ChartOptions {
  /** Name of the axis; a small chart goes without. */
  readonly label: string;
  readonly height: number;
  /** How a value is written on the axis and in the legend. */
  format(value: number): string;
  /** The person has dragged over a range of steps, or asked for all again. */
  zoom(range: readonly [number, number] | undefined): void;
}

/** A chart over steps; it is drawn again for other lines, another theme or another axis, else only fed. */
export function createMetricChart(root: HTMLElement, options: ChartOptions): MetricChart {
  const plot = createStepPlot(root, { height: options.height, keepRange: true });
  return {
    show(content, theme) {
      const shown = plot.show({
        data: [[...content.steps], ...content.series.map(({ values }) => [...values])] as uPlot.AlignedData,
        key: [content.series.map(({ label, colour, kind }) => [label, colour, kind]), content.log, theme],
        options: (width) => plotOptions(options, content, { theme, width }),
      });
      const [first = 0, last = 1] = [content.steps[0], content.steps.at(-1)];
      const [min, max] = content.range ?? [first, Math.max(last, first + 1)];
      shown.plot.setScale('x', { min, max });
      root.setAttribute('role', 'img');
      root.setAttribute('aria-label', content.summary);
    },
    dispose: plot.dispose,
  };
}

function plotOptions(
  { label, height, format, zoom }: ChartOptions,
  { series, log }: ChartContent,
  { theme, width }: { readonly theme: Theme; readonly width: number },
): uPlot.Options {
  const axis = axisIn(theme);
  const value = (_: uPlot, read: number | null) => (read === null || read === undefined ? '–' : format(read));
  return {
    width,
    height,
    scales: { x: { time: false }, y: log ? { distr: 3 } : {} },
    axes: [
      { ...axis, ...(label !== '' && { label: l10n.t`Step`, labelSize: 20 }), incrs: stepMarks },
      {
        ...axis,
        ...(label !== '' && { label, labelSize: 20 }),
        size: 64,
        values: (_, splits) => splits.map((split) => (split === null ? '' : format(split))),
      },
    ],
    cursor: { points: { size: 6 }, drag: { x: true, y: false, setScale: false } },
    select: { show: true, left: 0, top: 0, width: 0, height: 0 },
    hooks: {
      setSelect: [
        (plot) => {
          if (plot.select.width < 4) return;
          const range = [
            plot.posToVal(plot.select.left, 'x'),
            plot.posToVal(plot.select.left + plot.select.width, 'x'),
          ] as const;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          zoom(range);
        },
      ],
      ready: [(plot) => plot.over.addEventListener('dblclick', () => zoom(undefined))],
    },
    series: [
      { label: l10n.t`Step`, value: (_, step) => (step === null || step === undefined ? '–' : String(step)) },
      ...series.map(({ label: name, colour, kind }): uPlot.Series => ({
        label: name,
        stroke: colour,
        value,
        width: kind === 'dots' ? 0 : kind === 'faint' ? 1 : 2,
        alpha: kind === 'faint' ? 0.55 : 1,
        spanGaps: kind !== 'dots',
        points:
          kind === 'dots' || kind === 'marked'
            ? { show: true, size: 8, stroke: colour, fill: colour }
            : { show: false },
      })),
    ],
  };
}
