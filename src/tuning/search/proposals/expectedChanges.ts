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

/**
 * {@link dotAt} with each of some gradients. Four sums at a time take half as long as one after the other, since they
 * do not wait for each other.
 * @param gradients as long as each other
 */
export function dotsAt(vectors: Float32Array, offset: number, gradients: readonly Float32Array[]): Float64Array {
  const dots = new Float64Array(gradients.length);
  let at = 0;
  for (; at + 3 < gradients.length; at += 4) {
    const [one, two, three, four] = [gradients[at]!, gradients[at + 1]!, gradients[at + 2]!, gradients[at + 3]!];
    let [sum1, sum2, sum3, sum4] = [0, 0, 0, 0];
    for (let d = 0; d < one.length; d++) {
      const value = vectors[offset + d]!;
      sum1 += value * one[d]!;
      sum2 += value * two[d]!;
      sum3 += value * three[d]!;
      sum4 += value * four[d]!;
    }
    dots[at] = sum1;
    dots[at + 1] = sum2;
    dots[at + 2] = sum3;
    dots[at + 3] = sum4;
  }
  for (; at < gradients.length; at++) dots[at] = dotAt(vectors, offset, gradients[at]!);
  return dots;
}
