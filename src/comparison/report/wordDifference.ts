import { diffWordsWithSpace } from 'diff';

/** A stretch of two texts: in both, only in the earlier, or only in the later. */
export interface TextPiece {
  readonly kind: 'same' | 'del' | 'ins';
  readonly text: string;
}

/** What was taken out of a text and put into it, word by word. */
export function wordDifference(before: string, after: string): readonly TextPiece[] {
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    kind: added ? 'ins' : removed ? 'del' : 'same',
    text: value,
  }));
}
