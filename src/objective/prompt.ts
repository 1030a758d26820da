import type { LanguageModel } from '../model/openModel';

/**
 * What training leaves behind, encoders already run and dropped: vectors of virtual tokens among the input embeddings
 * (`soft`, `v1`; the instruction's tokens in `v2`), and for `v2` a prefix of keys and values in every layer.
 */
export interface SoftPrompt {
  /** Virtual tokens among the input embeddings; 0 when only a prefix was trained. */
  readonly rows: number;
  readonly hiddenSize: number;
  /** `[rows, hidden]`, row-major */
  readonly values: Float32Array;
  readonly prefix?: PrefixMatrix;
}

/**
 * Keys and values that every layer attends to in front of all text. Column ((2·layer + k) · heads + head) ·
 * headSize + i holds the i-th number of the key (k = 0, as cached: after rotation) or value (k = 1), as in PEFT's
 * PREFIX_TUNING.
 */
export interface PrefixMatrix {
  /** Prefix positions. */
  readonly rows: number;
  /** layers · 2 · key/value heads · head size */
  readonly width: number;
  readonly values: Float32Array;
}

export const copyPrompt = (prompt: SoftPrompt): SoftPrompt => ({
  ...prompt,
  values: prompt.values.slice(),
  ...(prompt.prefix && { prefix: { ...prompt.prefix, values: prompt.prefix.values.slice() } }),
});

/** Numbers that were trained and are kept. */
export const trainedParameters = (prompt: SoftPrompt): number =>
  prompt.values.length + (prompt.prefix?.values.length ?? 0);

/** A prefix as the keys and values it stands for: each layer's keys, then its values, `[heads, rows, head size]`. */
export function keysAndValuesOf(
  { rows, width, values }: PrefixMatrix,
  { keyValueHeads: heads, headSize }: { readonly keyValueHeads: number; readonly headSize: number },
): readonly Float32Array[] {
  return Array.from({ length: width / (heads * headSize) }, (_, part) => {
    const cut = new Float32Array(heads * rows * headSize);
    for (let head = 0; head < heads; head++) {
      for (let row = 0; row < rows; row++) {
        const from = row * width + (part * heads + head) * headSize;
        cut.set(values.subarray(from, from + headSize), (head * rows + row) * headSize);
      }
    }
    return cut;
  });
}
/** Columns of a prefix matrix: every layer's keys and values. */
export const prefixWidth = ({ signature, configuration }: LanguageModel): number =>
  signature.cache.length * 2 * configuration.keyValueHeads * configuration.headSize;
