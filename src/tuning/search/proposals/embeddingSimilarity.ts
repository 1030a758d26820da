import type { LanguageModel } from '../../../model/openModel';
import { embeddings } from '../../start/initialise';

/** Tokens whose mean vector stands for what all vectors of the table have in common. */
const tokensInCentre = 1000;

/**
 * How alike the model's embeddings make two phrases: the cosine of their mean vectors, both less the centre of the
 * table. A word and its synonyms lie near each other, a word and one that merely fits the grammar do not.
 */
export interface EmbeddingSimilarity {
  /** @returns for each phrase, in tokens, its similarity to the first, -1 to 1 */
  to(phrase: readonly number[], others: readonly (readonly number[])[]): readonly number[];
}

export function openEmbeddingSimilarity(model: LanguageModel): EmbeddingSimilarity {
  const { hiddenSize } = model.configuration;
  const step = Math.max(1, Math.floor(model.tokenizer.vocabularySize / tokensInCentre));
  const sampled = Array.from({ length: Math.min(tokensInCentre, model.tokenizer.vocabularySize) }, (_, i) => i * step);
  const centre = mean(embeddings(model, sampled), hiddenSize);
  const vector = (phrase: readonly number[]): Float64Array =>
    mean(embeddings(model, phrase), hiddenSize).map((value, d) => value - centre[d]!);
  return {
    to(phrase, others) {
      const own = vector(phrase);
      return others.map((other) => cosine(own, vector(other)));
    },
  };
}

function mean(rows: Float32Array, width: number): Float64Array {
  const sum = new Float64Array(width);
  rows.forEach((value, i) => (sum[i % width]! += value));
  return sum.map((value) => value / (rows.length / width));
}

function cosine(a: Float64Array, b: Float64Array): number {
  const dot = (x: Float64Array, y: Float64Array): number => x.reduce((sum, value, d) => sum + value * y[d]!, 0);
  return dot(a, b) / (Math.sqrt(dot(a, a) * dot(b, b)) || 1);
}
