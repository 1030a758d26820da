import { floats, int64s, type Feeds } from '../../../src/onnx/runtime/session';

/** Names of the places that tokens of a padded batch have behind one another. */
export const places = { packed: 'packed_places', padded: 'padded_places' };

/**
 * Rows of these lengths: `ids`, `hidden` and `mask`, `[batch, sequence]`, `[batch, sequence, width]` and `[batch,
 * sequence, 1]`, and the places of their tokens.
 */
export function rowFeeds(lengths: readonly number[], longest: number, width: number): Feeds {
  const count = lengths.length * longest;
  const tokens = lengths.flatMap((length, row) => Array.from({ length }, (_, i) => row * longest + i));
  const padded = new Array<number>(count).fill(tokens.length);
  tokens.forEach((place, token) => (padded[place] = token));
  const packed = [...tokens, padded.indexOf(tokens.length)];
  return {
    ids: int64s([lengths.length, longest], new Array<number>(count).fill(1)),
    hidden: floats(
      [lengths.length, longest, width],
      Float32Array.from({ length: count * width }, (_, i) => Math.cos(i)),
    ),
    mask: floats(
      [lengths.length, longest, 1],
      Float32Array.from(padded, (token) => (token < tokens.length ? 1 : 0)),
    ),
    [places.packed]: int64s([packed.length], packed),
    [places.padded]: int64s([count], padded),
  };
}
