import { svg } from '../svg';
import type { Scale } from './scale';

/** An upright whisker over an interval. @param attributes what it has besides: `stroke`, another `class` */
export function whisker(
  x: number,
  [low, high]: readonly [number, number],
  y: Scale,
  attributes: Readonly<Record<string, string>> = {},
): SVGElement {
  return svg('line', { class: 'whisker', x1: x, x2: x, y1: y(low), y2: y(high), ...attributes });
}

/** A dot at a value, behind it the whisker of its interval where there is one. */
export function measuredPoint(
  { x, value, range }: { readonly x: number; readonly value: number; readonly range: readonly [number, number] | null },
  y: Scale,
  colour: string,
): readonly SVGElement[] {
  const dot = svg('circle', { cx: x, cy: y(value), r: 5, fill: colour });
  return range ? [whisker(x, range, y, { stroke: colour }), dot] : [dot];
}
