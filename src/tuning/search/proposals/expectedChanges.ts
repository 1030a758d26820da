import type { LanguageModel } from '../../../model/openModel';
import { embeddings } from '../../start/initialise';
import type { TokenGradient } from './instructionGradients';

/**
 * (e_v − e_x)·∂loss/∂e_x for each of some tokens v in the place of x: the change of the loss to first order
 * (HotFlip, Ebrahimi et al. 2018), nats.
 */
export function expectedChanges(
  model: LanguageModel,
  { token: own, gradient }: TokenGradient,
  tokens: readonly number[],
): readonly number[] {
  if (tokens.length === 0) return [];
  const { hiddenSize } = model.configuration;
  const vectors = embeddings(model, [own, ...tokens]);
  const [before, ...after] = [own, ...tokens].map((_, row) => dotAt(vectors, row * hiddenSize, gradient));
  return after.map((value) => value - before!);
}

/** The product of the vector that begins at an offset with a gradient. */
export function dotAt(vectors: Float32Array, offset: number, gradient: Float32Array): number {
  let sum = 0;
  for (let d = 0; d < gradient.length; d++) sum += vectors[offset + d]! * gradient[d]!;
  return sum;
}
