import { marks, type Mark } from '../syntax/helpers';
import type { Segment } from './renderedPrompt';

/** A piece of a rendering, in which helpers have left their marks. */
export type Piece =
  | Segment
  | { readonly kind: 'role'; readonly name: string; readonly inExamples: boolean }
  | { readonly kind: 'history' }
  /** Begins or ends the answer of an example. */
  | { readonly kind: 'exampleAnswer'; readonly opens: boolean };

/** The number that marks the answer slot among those of soft slots. */
export const answerMark = -1;

/** Splits a rendering at its marks; each nonce is followed by one of them. */
export function piecesOf(marked: string, nonce: string): readonly Piece[] {
  const [first, ...rest] = marked.split(nonce);
  const pieces: Piece[] = [];
  let instructions = 0;
  let isValue = false;
  addText(first!);
  for (const part of rest) {
    const mark = part.charAt(0) as Mark;
    const end = part.indexOf(marks.end);
    switch (mark) {
      case marks.soft: {
        const slot = Number(part.slice(1, end));
        pieces.push(slot === answerMark ? { kind: 'answer' } : { kind: 'soft', slot });
        break;
      }
      case marks.role:
      case marks.exampleRole:
        pieces.push({ kind: 'role', name: part.slice(1, end), inExamples: mark === marks.exampleRole });
        break;
      case marks.history:
        pieces.push({ kind: 'history' });
        break;
      case marks.openAnswer:
      case marks.closeAnswer:
        pieces.push({ kind: 'exampleAnswer', opens: mark === marks.openAnswer });
        break;
      case marks.openInstruction:
      case marks.closeInstruction:
        instructions += mark === marks.openInstruction ? 1 : -1;
        break;
      case marks.openValue:
      case marks.closeValue:
        isValue = mark === marks.openValue;
        break;
    }
    const isNamed = mark === marks.soft || mark === marks.role || mark === marks.exampleRole;
    addText(part.slice(isNamed ? end + 1 : 1));
  }
  return pieces;

  function addText(text: string): void {
    if (text !== '')
      pieces.push({ kind: 'text', text, instruction: instructions > 0, ...(isValue && { value: true as const }) });
  }
}

/** Joins adjacent pieces of text that are of one kind. */
export function joinSegments(segments: readonly Segment[]): readonly Segment[] {
  const joined: Segment[] = [];
  for (const segment of segments) {
    const last = joined.at(-1);
    if (
      segment.kind === 'text' &&
      last?.kind === 'text' &&
      last.instruction === segment.instruction &&
      last.value === segment.value &&
      last.own === segment.own
    )
      joined[joined.length - 1] = { ...last, text: last.text + segment.text };
    else joined.push(segment);
  }
  return joined;
}

/** The rendering as one text, in which roles and history show nothing. */
export const segmentsOf = (pieces: readonly Piece[]): readonly Segment[] =>
  joinSegments(
    pieces.filter(
      (piece): piece is Segment => piece.kind === 'text' || piece.kind === 'soft' || piece.kind === 'answer',
    ),
  );
