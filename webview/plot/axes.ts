import { svg } from '../svg';
import type { Scale } from './scale';

const width = 460;
const height = 300;
const area = { left: 52, right: width - 20, top: 12, bottom: height - 50 };

/** Where the axes of a plot begin and end. */
export const plotArea = { ...area, width, height };

/** Grid, marks and names of both axes. */
export function axes(x: Scale, y: Scale, names: { readonly x: string; readonly y: string }): readonly SVGElement[] {
  const spaced = x.marks.filter(
    (mark, index) =>
      index === 0 || x(mark.value) - x(x.marks[index - 1]!.value) > 30 || index % Math.ceil(x.marks.length / 7) === 0,
  );
  return [
    ...spaced.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: x(value), x2: x(value), y1: area.top, y2: area.bottom }),
      svg('text', { class: 'mark', x: x(value), y: area.bottom + 16, 'text-anchor': 'middle' }, text),
    ]),
    ...y.marks.flatMap(({ value, text }) => [
      svg('line', { class: 'grid', x1: area.left, x2: area.right, y1: y(value), y2: y(value) }),
      svg('text', { class: 'mark', x: area.left - 6, y: y(value) + 4, 'text-anchor': 'end' }, text),
    ]),
    svg('text', { class: 'mark', x: (area.left + area.right) / 2, y: height - 12, 'text-anchor': 'middle' }, names.x),
    svg(
      'text',
      {
        class: 'mark',
        x: 13,
        y: (area.top + area.bottom) / 2,
        'text-anchor': 'middle',
        transform: `rotate(-90 13 ${(area.top + area.bottom) / 2})`,
      },
      names.y,
    ),
  ];
}
