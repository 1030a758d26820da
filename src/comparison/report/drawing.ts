import { coordinate } from '../../words/formatNumbers';
import { h, type Child, type Html } from '../../html';

/** A point of a drawing, or of what it shows. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Width of a drawing that has the page to itself. */
export const fullWidth = 680;

/** A drawing with what it says, for those who do not see it. */
export function drawing(
  { width, height, kind }: { readonly width: number; readonly height: number; readonly kind?: string },
  title: string,
  content: Child,
): Html {
  return h('svg', { class: kind, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': title }, content);
}

/** A straight line. */
export function line(kind: string, from: Point, to: Point, content: Child = []): Html {
  return h(
    'line',
    {
      class: kind,
      x1: coordinate(from.x),
      x2: coordinate(to.x),
      y1: coordinate(from.y),
      y2: coordinate(to.y),
    },
    content,
  );
}

/** A text whose beginning, middle or end is at a point. */
export function text(
  kind: string,
  { x, y }: Point,
  { anchor, content }: { readonly anchor?: 'middle' | 'end'; readonly content: string },
): Html {
  return h('text', { class: kind, x: coordinate(x), y: coordinate(y), 'text-anchor': anchor }, content);
}

/** The line through points, as the `d` of a path. */
export function pathThrough(points: readonly Point[]): string {
  return points.map(({ x, y }, index) => `${index === 0 ? 'M' : 'L'}${coordinate(x)} ${coordinate(y)}`).join('');
}

/** Round numbers inside [low, high], about as many as asked for. */
export function ticksBetween(low: number, high: number, about: number): readonly number[] {
  const rough = (high - low) / about || 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough) ?? 10 * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => (first + index) * step);
}
