import { diffWordsWithSpace } from 'diff';

/** A stretch of two texts: in both, only in the earlier, or only in the later. */
export interface TextPiece {
  readonly kind: 'same' | 'del' | 'ins';
  readonly text: string;
}

/** Characters of both texts; finding the differences of longer ones would take too long. */
const longest = 20_000;

/** What was taken out of a text and put into it, word by word; of texts that are too long the later one as it is. */
export function wordDifference(before: string, after: string): readonly TextPiece[] {
  if (before.length + after.length > longest) return [{ kind: 'same', text: after }];
  return diffWordsWithSpace(before, after).map(({ value, added, removed }) => ({
    kind: added ? 'ins' : removed ? 'del' : 'same',
    text: value,
  }));
}
