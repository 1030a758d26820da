/** How often each text occurs: a multiset. */
export type Counts = ReadonlyMap<string, number>;

export function countTexts(texts: Iterable<string>): Counts {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}

/**
 * The n-grams of a sequence as a multiset.
 * @param separator what no element holds, or nothing where all elements are characters
 */
export function countNgrams(elements: readonly string[], n: number, separator: ' ' | '' = ' '): Counts {
  const counts = new Map<string, number>();
  for (let at = 0; at + n <= elements.length; at++) {
    const ngram = n === 1 ? elements[at]! : elements.slice(at, at + n).join(separator);
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** Number of n-grams of an order in a sequence. */
export const ngramTotal = (length: number, n: number): number => Math.max(0, length - n + 1);

/** Size of the intersection of two multisets. */
export function countShared(a: Counts, b: Counts): number {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a];
  let shared = 0;
  for (const [text, count] of small) shared += Math.min(count, large.get(text) ?? 0);
  return shared;
}
