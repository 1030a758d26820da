import type { Writing } from './answer';
import type { LanguageModel } from '../model/openModel';

/** Prompts whose answers may be written side by side. */
export interface PromptGroup {
  /** The shorter first. */
  readonly writings: readonly Writing[];
  /** Whether a prompt may join while others are being written. */
  readonly mixes: boolean;
}

/**
 * Prompts of unlike length stand side by side only where the graph can be told their positions and their padding,
 * others counting places from the left; and not where a state would read the padding, or where one scale is found for
 * all numbers of a batch.
 */
export function writtenTogether(
  writings: readonly Writing[],
  { signature: { batching, positionIds, attentionMask, past, cache } }: LanguageModel,
): readonly PromptGroup[] {
  const inOrder = [...writings].sort((a, b) => a.ids.length - b.ids.length);
  const apart = (writing: Writing): boolean =>
    batching.kind === 'apart' || writing.ids.length + writing.most >= batching.aloneFrom;
  const alone = inOrder.filter(apart).map((writing) => ({ writings: [writing], mixes: false }));
  const others = inOrder.filter((writing) => !apart(writing));
  if (others.length === 0) return alone;
  if (positionIds && attentionMask && past.length === 2 * cache.length)
    return [...alone, { writings: others, mixes: true }];
  const lengths = [...new Set(others.map(({ ids }) => ids.length))];
  return [
    ...alone,
    ...lengths.map((length) => ({ writings: others.filter(({ ids }) => ids.length === length), mixes: false })),
  ];
}
