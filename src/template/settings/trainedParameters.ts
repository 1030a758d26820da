import type { Method } from './settings';

/**
 * Numbers that a method keeps for a count of virtual tokens: vectors at the input for soft and v1 (its encoder is
 * thrown away), keys and values in every layer for v2.
 */
export function trainedParameters(
  method: Method,
  tokens: number,
  { hiddenSize, layers, keyValueHeads, headSize }: ModelSizes,
): number {
  switch (method) {
    case 'hard':
      return 0;
    case 'soft':
    case 'v1':
      return tokens * hiddenSize;
    case 'v2':
      return tokens * 2 * layers * keyValueHeads * headSize;
  }
}
/** Sizes of the template's model, as `config.json` gives them. */
export interface ModelSizes {
  readonly hiddenSize: number;
  readonly layers: number;
  readonly keyValueHeads: number;
  readonly headSize: number;
  /** Longest sequence in tokens. */
  readonly contextLength: number;
}
