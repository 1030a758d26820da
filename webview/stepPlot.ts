import uPlot from 'uplot';
import type { Theme } from './theme';

/** Distances between the marks of the step axis: whole steps only. */
export const stepMarks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000];

/** Width of a plot whose element has none yet. */
const firstWidth = 600;

/** How an axis looks in a theme. */
export function axisIn(theme: Theme): uPlot.Axis {
  return {
    stroke: theme.foreground,
    font: theme.font,
    labelFont: theme.font,
    grid: { stroke: theme.grid, width: 0.5 },
    ticks: { stroke: theme.grid, width: 0.5 },
  };
}

/** What a plot shows. */
export interface PlotContent {
  readonly data: uPlot.AlignedData;
  /** Whatever the options depend on: another one makes the plot again, the same only feeds it. */
  readonly key: unknown;
  options(width: number): uPlot.Options;
}

/** A plot over steps that is as wide as its element. */
export interface StepPlot {
  /** @returns the plot, and whether it was made again */
  show(content: PlotContent): { readonly plot: uPlot; readonly fresh: boolean };
  clear(): void;
  dispose(): void;
}

/** @param keepRange whether new data leave the range of steps shown as it is */
export function createStepPlot(
  root: HTMLElement,
  { height, keepRange }: { readonly height: number; readonly keepRange: boolean },
): StepPlot {
  let shown: { readonly plot: uPlot; readonly key: string } | undefined;
  const resize = new ResizeObserver(() => {
    if (root.clientWidth > 0) shown?.plot.setSize({ width: root.clientWidth, height });
  });
  resize.observe(root);
  const clear = () => {
    shown?.plot.destroy();
    shown = undefined;
    root.replaceChildren();
  };
  return {
    show({ data, key: parts, options }) {
      const key = JSON.stringify(parts);
      if (shown?.key === key) {
        shown.plot.setData(data, !keepRange);
        return { plot: shown.plot, fresh: false };
      }
      clear();
      const plot = new uPlot(options(root.clientWidth || firstWidth), data, root);
      shown = { plot, key };
      return { plot, fresh: true };
    },
    clear,
    dispose() {
      resize.disconnect();
      shown?.plot.destroy();
    },
  };
}
