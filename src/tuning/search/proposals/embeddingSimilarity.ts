import type { LanguageModel } from '../../../model/openModel';
import { embeddings } from '../../start/initialise';

/** Tokens whose mean vector stands for what all vectors of the table have in common. */
const tokensInCentre = 1000;

/**
 * How alike the model's embeddings make two phrases: the cosine of their mean vectors, both less the centre of the
 * table. A word and its synonyms lie near each other, a word and one that merely fits the grammar do not.
 */
export interface EmbeddingSimilarity {
  /** @returns of a phrase in tokens, `[hidden]` of length 1, so that a dot product is a similarity; zero of none */
  vector(phrase: readonly number[]): Float64Array;
  /** @returns for each phrase, in tokens, its similarity to the first, -1 to 1 */
  to(phrase: readonly number[], others: readonly (readonly number[])[]): readonly number[];
}

export function openEmbeddingSimilarity(model: LanguageModel): EmbeddingSimilarity {
  const { hiddenSize } = model.configuration;
  const step = Math.max(1, Math.floor(model.tokenizer.vocabularySize / tokensInCentre));
  const sampled = Array.from({ length: Math.min(tokensInCentre, model.tokenizer.vocabularySize) }, (_, i) => i * step);
  const centre = mean(embeddings(model, sampled), hiddenSize);
  const vector = (phrase: readonly number[]): Float64Array =>
    phrase.length === 0
      ? new Float64Array(hiddenSize)
      : unit(mean(embeddings(model, phrase), hiddenSize).map((value, d) => value - centre[d]!));
  return {
    vector,
    to(phrase, others) {
      const own = vector(phrase);
      return others.map((other) => dot(own, vector(other)));
    },
  };
}

function mean(rows: Float32Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  rows.forEach((value, i) => (sum[i % width]! += value));
  return sum.map((value) => value / (rows.length / width));
}

export const dot = (one: Float64Array, other: Float64Array): number =>
  one.reduce((sum, value, d) => sum + value * other[d]!, 0);

function unit(vector: Float64Array): Float64Array {
  const length = Math.sqrt(dot(vector, vector)) || 1;
  return vector.map((value) => value / length);
}
