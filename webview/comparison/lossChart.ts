import uPlot from 'uplot';
import type { ComparisonRow } from '../../src/views/comparisonContract';
import { element } from '../element';
import type { Theme } from '../theme';
import { aligned, smoothed, type Curves } from './curves';
import { rate } from './numbers';

const height = 280;
/** Dashes tell the runs apart where colours do not. */
const dashes: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [14, 5]];
/** Distances between the marks of the step axis: whole steps only. */
const stepMarks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];
/** Steps that the training line averages over; dev points are shown as measured. */
const window = 10;

/** Colour and dashes of a run, the same in chart and table. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: number[];
}

export function lineStyle(index: number, theme: Theme): LineStyle {
  const colour = theme.series[index % theme.series.length]!;
  return { colour, dash: dashes[(index + Math.floor(index / theme.series.length)) % dashes.length]! };
}

/** The loss chart below its element; it is drawn anew for a new set of runs or a new theme, else only fed. */
export interface LossChart {
  show(rows: readonly ComparisonRow[], curves: Curves, theme: Theme): void;
}

export function createLossChart(place: HTMLElement): LossChart {
  let plot: uPlot | undefined;
  let drawn = '';

  const resize = new ResizeObserver(() => plot?.setSize({ width: place.clientWidth, height }));
  resize.observe(place);

  return {
    show(rows, curves, theme) {
      const trained = rows.map((row, index) => ({ row, index })).filter(({ row }) => curves.has(row.run));
      if (trained.length === 0) {
        plot?.destroy();
        plot = undefined;
        drawn = '';
        place.replaceChildren(element('p', { class: 'quiet' }, emptyReason(rows)));
        return;
      }
      const { steps, values } = aligned(trained.flatMap(({ row }) => {
        const curve = curves.get(row.run)!;
        return [smoothed(curve.training, window), curve.dev];
      }));
      const data = [steps, ...values] as uPlot.AlignedData;
      const key = JSON.stringify([trained.map(({ row, index }) => [row.run, row.letter, index]), theme]);
      if (key === drawn && plot) {
        plot.setData(data);
      } else {
        plot?.destroy();
        place.replaceChildren();
        plot = new uPlot(chartOptions(trained, place.clientWidth, theme), data, place);
        drawn = key;
      }
      place.setAttribute('role', 'img');
      place.setAttribute('aria-label', summary(rows, curves));
    },
  };
}

function emptyReason(rows: readonly ComparisonRow[]): string {
  if (rows.some(({ method, status }) => method !== 'hard' && (status === 'running' || status === 'queued'))) return 'The first step has not been taken yet.';
  return 'Hard prompts are not trained, so there is no curve yet. Train a soft prompt to see its loss here.';
}

/** What the curves say, for those who do not see them. */
function summary(rows: readonly ComparisonRow[], curves: Curves): string {
  const sentences = rows.flatMap((row) => {
    const last = smoothed(curves.get(row.run)?.training ?? [], window).at(-1);
    return last ? [`${row.letter}: loss ${rate(last[1])} at step ${last[0]}`] : [];
  });
  return `Training loss by step. ${sentences.join('. ')}.`;
}

function chartOptions(trained: readonly { readonly row: ComparisonRow; readonly index: number }[], width: number, theme: Theme): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: theme.foreground,
    font: theme.font,
    labelFont: theme.font,
    grid: { stroke: theme.grid, width: 0.5 },
    ticks: { stroke: theme.grid, width: 0.5 },
  };
  const value = (_: uPlot, loss: number | null) => rate(loss);
  return {
    width,
    height,
    scales: { x: { time: false } },
    axes: [{ ...axis, label: 'Step', incrs: stepMarks }, { ...axis, label: 'Loss (nats)', size: 60 }],
    cursor: { points: { size: 6 } },
    series: [
      { label: 'Step' },
      ...trained.flatMap(({ row, index }): uPlot.Series[] => {
        const { colour, dash } = lineStyle(index, theme);
        const label = `${row.letter} · ${row.template} · ${row.method}`;
        return [
          { label, stroke: colour, dash, width: 1.5, spanGaps: true, points: { show: false }, value },
          { label: `${row.letter} on dev`, stroke: colour, width: 0, spanGaps: false, points: { show: true, size: 8, stroke: colour, fill: colour }, value },
        ];
      }),
    ],
  };
}
