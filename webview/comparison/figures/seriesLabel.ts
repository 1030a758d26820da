import { svg } from '../../svg';
import type { Theme } from '../../theme';
import type { StudyRow } from '../../../src/views/comparison/contract';
import { studyTitle } from '../view';

/** Size of the text in drawings, as the style sheet has it, in the units of a drawing. */
const size = 12;
let pencil: CanvasRenderingContext2D | null | undefined;

/**
 * The name of a study at the left of a drawing, beginning with its badge, no longer than there is room for as the
 * letters are wide; the whole name is its tooltip.
 * @param x right end of the text @param y its base line
 */
export function seriesLabel(
  study: Pick<StudyRow, 'badge' | 'name'>,
  { x, y }: { readonly x: number; readonly y: number },
  { font }: Pick<Theme, 'font'>,
): SVGElement {
  const title = studyTitle(study);
  const label = svg('text', { class: 'label', x, y, 'text-anchor': 'end' }, fitted(title, x, font));
  label.append(svg('title', {}, title));
  return label;
}

function fitted(text: string, room: number, font: string): string {
  const letters = [...text];
  const cut = (length: number): string =>
    length === letters.length ? text : `${letters.slice(0, length).join('').trimEnd()}…`;
  let [fits, most] = [0, letters.length];
  while (fits < most) {
    const length = Math.ceil((fits + most) / 2);
    if (widthOf(cut(length), font) <= room) fits = length;
    else most = length - 1;
  }
  return cut(fits);
}

function widthOf(text: string, font: string): number {
  pencil ??= document.createElement('canvas').getContext('2d');
  if (!pencil) return text.length * size;
  pencil.font = font.replace(/^\S+/, `${size}px`);
  return pencil.measureText(text).width;
}
