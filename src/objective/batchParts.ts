import type { Batching } from '../model/graph/batching';
import { layOut, type Batch, type BatchOptions } from './batch';
import type { Example } from './example';

/**
 * Lays examples out in as many batches as the model needs for no example's numbers to depend on another's; one for most
 * models. The order of the examples may change.
 */
export function layOutParts(examples: readonly Example[], options: BatchOptions): readonly Batch[] {
  const { batching } = options;
  if (!batching || examples.length === 0) return [layOut(examples, options)];
  return groupsOf(examples, batching.kind).flatMap((group) =>
    batching.aloneFrom === Infinity || longestOf(group, options) < batching.aloneFrom
      ? [layOut(group, options)]
      : group.map((example) => layOut([example], { ...options, sharePrefix: false })),
  );
}

function groupsOf(examples: readonly Example[], kind: Batching['kind']): readonly (readonly Example[])[] {
  if (kind === 'together') return [examples];
  if (kind === 'apart') return examples.map((example) => [example]);
  const lengths = [...new Set(examples.map(({ prompt }) => prompt.length))];
  return lengths.map((length) => examples.filter(({ prompt }) => prompt.length === length));
}

/** Tokens of the longest sequence, and of the prefix before it. */
const longestOf = (examples: readonly Example[], { deepRows, verbalizer }: BatchOptions): number =>
  examples.reduce((most, { prompt, answer, words }) => {
    const longest = [
      ...(verbalizer?.flat() ?? []),
      ...(words?.flatMap((label) => label.map(({ tokens }) => tokens)) ?? []),
      answer,
    ].reduce((length, tokens) => Math.max(length, tokens.length), 0);
    return Math.max(most, deepRows + prompt.length + longest);
  }, 0);

/** A mean over all examples of several batches, from the mean of each. */
export const shareOf = (batch: Batch, batches: readonly Batch[]): number =>
  batch.weight / batches.reduce((sum, { weight }) => sum + weight, 0);
