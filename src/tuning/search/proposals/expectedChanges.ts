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
  const dot = (row: number): number => {
    let sum = 0;
    for (let d = 0; d < hiddenSize; d++) sum += gradient[d]! * vectors[row * hiddenSize + d]!;
    return sum;
  };
  const before = dot(0);
  return tokens.map((_, i) => dot(i + 1) - before);
}
