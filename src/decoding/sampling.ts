import { streamFor, type Random } from '../data/random';
import type { Decoding } from './decoding';

/** How probable each token is to be drawn; tokens that are left out have no entry. */
export interface Candidates {
  readonly tokens: Int32Array;
  /** Their sum is 1. */
  readonly probabilities: Float64Array;
}

/**
 * The distribution that a token is drawn from, as transformers' logits processors make it: logits divided by the
 * temperature; of these the `topK` largest, with all that equal the smallest of them; of these the most probable ones
 * until their sum reaches `topP`. At least one token stays.
 * @param logits `[vocabulary]`; minus infinity for a token that must not be drawn
 */
export function candidates(
  logits: Float32Array,
  { temperature, topK, topP }: Pick<Decoding, 'temperature' | 'topK' | 'topP'>,
): Candidates {
  const highest = maximum(logits);
  const kept = topK < logits.length ? atLeast(logits, kthLargest(logits, topK)) : atLeast(logits, -Infinity);
  const weights = Float64Array.from(kept, (token) => Math.exp((logits[token]! - highest) / temperature));
  return topP < 1 ? nucleus(kept, weights, topP) : { tokens: kept, probabilities: normalized(weights) };
}

/** The token at which the running sum of the candidates' probabilities passes `share`, in [0, 1). */
export function draw({ tokens, probabilities }: Candidates, share: number): number {
  let sum = 0;
  for (let i = 0; i < tokens.length; i++) {
    sum += probabilities[i]!;
    if (share < sum) return tokens[i]!;
  }
  // Rounding may leave the whole sum a little below 1.
  let last = tokens.length - 1;
  while (last > 0 && probabilities[last] === 0) last--;
  return tokens[last]!;
}

/** The random numbers of one row, whatever it is decoded beside. */
export const rowStream = (seed: number, row: number): Random => streamFor(seed, decodingPurpose, row);

/** Tells the random numbers of decoding from those of training. */
const decodingPurpose = 0xdec0de;

function maximum(values: Float32Array): number {
  let highest = -Infinity;
  for (const value of values) if (value > highest) highest = value;
  return highest;
}

/** Indices of the numbers that are no less than `least`, and above minus infinity. */
function atLeast(values: Float32Array, least: number): Int32Array {
  const kept = new Int32Array(values.length);
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i]! >= least && values[i]! > -Infinity) kept[count++] = i;
  return kept.slice(0, count);
}

/** The k-th largest of some numbers, by a heap of the k largest so far. */
function kthLargest(values: Float32Array, k: number): number {
  const heap = new Float32Array(k).fill(-Infinity);
  for (const value of values) {
    if (value <= heap[0]!) continue;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= k) break;
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
  return heap[0]!;
}

function normalized(weights: Float64Array): Float64Array {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** A token stays where those that are more probable than it have less than `share` together. */
function nucleus(tokens: Int32Array, weights: Float64Array, share: number): Candidates {
  const probabilities = normalized(weights);
  const order = likelyOnes(probabilities, share).sort((a, b) => probabilities[b]! - probabilities[a]! || b - a);
  let before = 0;
  let count = 0;
  while (count < order.length && (count === 0 || before < share)) before += probabilities[order[count++]!]!;
  const kept = order.subarray(0, count).sort();
  return {
    tokens: Int32Array.from(kept, (i) => tokens[i]!),
    probabilities: normalized(Float64Array.from(kept, (i) => probabilities[i]!)),
  };
}

/** The most probable ones that have `share` together, and some more: sorting them is less work than sorting all. */
function likelyOnes(probabilities: Float64Array, share: number): Int32Array {
  for (let bound = 1e-2; bound > 1e-9; bound /= 10) {
    const found: number[] = [];
    let sum = 0;
    for (let i = 0; i < probabilities.length; i++) {
      if (probabilities[i]! < bound) continue;
      found.push(i);
      sum += probabilities[i]!;
    }
    if (sum > share) return Int32Array.from(found);
  }
  return Int32Array.from(probabilities, (_, i) => i);
}
