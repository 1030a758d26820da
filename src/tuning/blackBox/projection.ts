import { normal } from '../../data/random';
import { streamFor } from '../../data/random';
import type { SoftPrompt } from '../../objective/prompt';

/**
 * A prompt as a function of a few numbers: `prompt(z) = initial + A z`, with A drawn once (Black-Box Tuning, Sun et al.
 * 2022, §3.2).
 */
export interface Projection {
  readonly dimensions: number;
  prompt(latent: Float32Array): SoftPrompt;
}

/** Numbers a projection matrix may hold: 256 MB. */
const mostNumbers = 2 ** 26;
/** Spread of a prompt's numbers where the start has none, as of a zero prefix. */
const spreadWithoutStart = 0.1;

/**
 * Each number of the prompt becomes its start plus a normal mixture of `dimensions` numbers; at z ~ N(0, I) the mixture
 * spreads as widely as the start's own numbers, virtual tokens and prefix each by itself.
 */
export function openProjection(
  initial: SoftPrompt,
  { dimensions: wanted, seed }: { readonly dimensions: number; readonly seed: number },
): Projection {
  const size = initial.values.length + (initial.prefix?.values.length ?? 0);
  const dimensions = Math.max(1, Math.min(wanted, size, Math.floor(mostNumbers / size)));
  const tokens = drawMatrix(initial.values, dimensions, seed);
  const prefix = initial.prefix && drawMatrix(initial.prefix.values, dimensions, seed + 1);
  return {
    dimensions,
    prompt: (latent) => ({
      ...initial,
      values: moved(initial.values, tokens, latent),
      ...(initial.prefix &&
        prefix && { prefix: { ...initial.prefix, values: moved(initial.prefix.values, prefix, latent) } }),
    }),
  };
}

/** @returns `[numbers, dimensions]` */
function drawMatrix(start: Float32Array, dimensions: number, seed: number): Float32Array {
  const random = streamFor(seed, 7);
  const spread = Math.sqrt(start.reduce((sum, value) => sum + value * value, 0) / start.length) || spreadWithoutStart;
  return Float32Array.from(
    { length: start.length * dimensions },
    () => (spread / Math.sqrt(dimensions)) * normal(random),
  );
}

function moved(start: Float32Array, matrix: Float32Array, latent: Float32Array): Float32Array {
  return start.map((value, i) => {
    let sum = value;
    for (let d = 0; d < latent.length; d++) sum += matrix[i * latent.length + d]! * latent[d]!;
    return sum;
  });
}
