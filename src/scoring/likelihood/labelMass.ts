import type { Batch } from '../../objective/batch';
import type { WordsInPlace } from '../../objective/wordsInPlace';

/** Below this share of the probability, the model would rather write something else than any label. */
export const lowLabelMass = 0.1;

/** A word of a label, and how many tokens it has. */
interface Word {
  readonly label: number;
  readonly word: number;
  readonly length: number;
}

const apartOf = new WeakMap<WordsInPlace, readonly Word[]>();

/**
 * The label mass of each example: the probability that what stands at the answer slot begins with a word of any label.
 * A word has the product of the probabilities of its tokens, each behind those before it, or of a masked model each at
 * its own mask. Words exclude one another but for those that go on from another word: the shorter one has their
 * probability already. A word that merges with the end of the prompt is read from where it merges, behind what stands
 * before; beside words that do not merge, the sum could then exceed one, at which it is cut.
 * @param batch laid out for the label objective
 * @param logLikelihoods `[scored tokens]` of the batch, nats
 */
export function labelMasses(
  { words, wordGrid: [labels, most, tokens] }: Pick<Batch, 'words' | 'wordGrid'>,
  logLikelihoods: Float32Array,
): readonly number[] {
  return words.map((inPlace, example) => {
    const mass = wordsApart(inPlace).reduce((sum, { label, word, length }) => {
      const from = ((example * labels + label) * most + word) * tokens;
      const logProbability = logLikelihoods.subarray(from, from + length).reduce((total, value) => total + value, 0);
      return sum + Math.exp(logProbability);
    }, 0);
    return Math.min(1, mass);
  });
}

/** The words that do not begin with another one. */
function wordsApart(words: WordsInPlace): readonly Word[] {
  const known = apartOf.get(words);
  if (known) return known;
  const all = words.flatMap((list, label) =>
    list.map(({ merged, tokens }, word) => ({ label, word, merged, tokens, length: tokens.length })),
  );
  const apart = all.filter(
    (one, position) =>
      !all.some(
        (other, earlier) =>
          other !== one &&
          other.merged === one.merged &&
          (other.length < one.length || (other.length === one.length && earlier < position)) &&
          other.tokens.every((token, t) => one.tokens[t] === token),
      ),
  );
  apartOf.set(words, apart);
  return apart;
}
