import type { Theme } from '../theme';

/** Dashes tell the studies apart where colours do not. */
const dashes: readonly number[][] = [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4], [14, 5]];

/** Colour and dashes of a study, the same in chart and table. */
export interface LineStyle {
  readonly colour: string;
  readonly dash: number[];
}

/** @param colourIndex of the study among all, from 0 */
export function lineStyle(colourIndex: number, theme: Theme): LineStyle {
  const colour = theme.series[colourIndex % theme.series.length]!;
  return { colour, dash: dashes[(colourIndex + Math.floor(colourIndex / theme.series.length)) % dashes.length]! };
}
