import type { LanguageModel } from '../model/openModel';
import { floats, int64s, type Feeds } from '../onnx/runtime/session';
import { names, type ObjectivePlan } from './objectiveNames';

interface Sizes {
  readonly batch: number;
  readonly prefix: number;
  readonly sequence: number;
  readonly virtual: number;
  readonly deep: number;
  /** Continuations of each sequence, and their length. */
  readonly behind: number;
  readonly length: number;
  readonly examples: number;
  readonly labels: number;
  readonly words: number;
  readonly tokens: number;
}

/** Sizes that differ from each other and between the two probes, so that whatever varies is seen to vary. */
const small: Sizes = {
  batch: 3,
  prefix: 5,
  sequence: 7,
  virtual: 4,
  deep: 6,
  behind: 2,
  length: 4,
  examples: 2,
  labels: 3,
  words: 2,
  tokens: 1,
};
const large: Sizes = {
  batch: 4,
  prefix: 6,
  sequence: 9,
  virtual: 8,
  deep: 10,
  behind: 3,
  length: 7,
  examples: 5,
  labels: 4,
  words: 3,
  tokens: 2,
};

/** Two tiny inputs for an objective graph, from which the shapes of its values are found. */
export function probeFeeds(language: LanguageModel, plan: ObjectivePlan): readonly [Feeds, Feeds] {
  return [feedsOf(small, language, plan), feedsOf(large, language, plan)];
}

function feedsOf(sizes: Sizes, language: LanguageModel, plan: ObjectivePlan): Feeds {
  const { batch, prefix, sequence, virtual, deep, behind, length, examples, labels, words, tokens } = sizes;
  const { firstVirtualToken } = language.tokenizer;
  const before = plan.deepPrefix ? deep : 0;
  const past = before + (plan.sharedPrefix ? prefix : 0);
  const width =
    language.signature.cache.length * 2 * language.configuration.keyValueHeads * language.configuration.headSize;
  const scored = examples * labels * words * tokens;
  const filled = (count: number, value: (i: number) => number): number[] =>
    Array.from({ length: count }, (_, i) => value(i));
  const answers = batch * 2;
  const continuations = plan.continued ? batch * behind : 0;
  const ids = (count: number, withVirtual: boolean): number[] =>
    filled(count, (i) => (withVirtual && i % 2 ? firstVirtualToken + (i % virtual) : 1 + (i % 50)));
  return {
    [names.prompt]: floats(
      [virtual, language.configuration.hiddenSize],
      Float32Array.from(filled(virtual * language.configuration.hiddenSize, (i) => Math.sin(i) / 10)),
    ),
    [names.deepPrefix]: floats([deep, width], Float32Array.from(filled(deep * width, (i) => Math.cos(i) / 10))),
    [names.prefixIds]: int64s([1, prefix], ids(prefix, plan.virtualInPrefix)),
    [names.prefixPositions]: int64s(
      [1, prefix],
      filled(prefix, (i) => before + i),
    ),
    [names.inputIds]: int64s([batch, sequence], ids(batch * sequence, plan.virtualInSequences)),
    [names.attentionMask]: int64s(
      [batch, past + sequence],
      filled(batch * (past + sequence), () => 1),
    ),
    [names.positionIds]: int64s(
      [batch, sequence],
      filled(batch * sequence, (i) => past + (i % sequence)),
    ),
    // Two places are padding, so that tokens and places are not as many by chance.
    ...(plan.packed && {
      [names.packedPlaces]: int64s(
        [batch * sequence - 1],
        filled(batch * sequence - 1, (i) => i),
      ),
      [names.paddedPlaces]: int64s(
        [batch * sequence],
        filled(batch * sequence, (i) => Math.min(i, batch * sequence - 2)),
      ),
    }),
    [names.answerPositions]: int64s(
      [answers, 2],
      filled(answers * 2, (i) => (i % 2 ? (i >> 1) % sequence : i >> 2)),
    ),
    ...(plan.continued && {
      [names.continuationIds]: int64s([continuations, length], ids(continuations * length, false)),
      [names.continuationMask]: int64s(
        [continuations, past + sequence + length],
        filled(continuations * (past + sequence + length), () => 1),
      ),
      [names.continuationPositions]: int64s(
        [continuations, length],
        filled(continuations * length, (i) => past + sequence + (i % length)),
      ),
      [names.continuedPositions]: int64s(
        [continuations, 2],
        filled(continuations * 2, (i) => (i % 2 ? (i >> 1) % length : i >> 1)),
      ),
    }),
    [names.scoredTokens]: int64s(
      [scored, 2],
      filled(scored * 2, (i) => (i % 2 ? 1 : (i >> 1) % (answers + continuations))),
    ),
    [names.scoredRows]: int64s(
      [scored, 1],
      filled(scored, (i) => i % (answers + continuations)),
    ),
    [names.tokenWeights]: floats([examples, labels, words, tokens], Float32Array.from(filled(scored, () => 1))),
    [names.wordOffsets]: floats([1, labels, words], new Float32Array(labels * words)),
    [names.targets]: floats(
      [examples, labels],
      Float32Array.from(filled(examples * labels, (i) => (i % labels ? 0 : 1))),
    ),
  };
}
