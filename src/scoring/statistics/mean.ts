/** Arithmetic mean. @throws RangeError without values */
export function mean(values: ArrayLike<number>): number {
  requireValues(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Variance of a sample: n − 1 in the denominator, NaN for one value. @throws RangeError without values */
export function sampleVariance(values: ArrayLike<number>): number {
  const centre = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - centre) ** 2;
  return values.length === 1 ? Number.NaN : squares / (values.length - 1);
}

/** Square root of the {@link sampleVariance}. */
export function standardDeviation(values: ArrayLike<number>): number {
  return Math.sqrt(sampleVariance(values));
}

function requireValues(values: ArrayLike<number>): void {
  if (values.length === 0) throw new RangeError('A mean needs at least one value.');
}
