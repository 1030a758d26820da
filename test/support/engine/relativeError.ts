/** Largest difference, relative to the largest number expected. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const largest = Math.max(...Array.from(expected, Math.abs));
  return Math.max(...Array.from(expected, (value, i) => Math.abs(actual[i]! - value))) / largest;
}
