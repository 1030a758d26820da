/** A mean with the ends of its confidence interval. */
export interface MeanInterval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface BootstrapOptions {
  /** Share of resampled means that lies within the interval. Default 0.95. */
  readonly confidence?: number;
  /** Default 10000. */
  readonly resamples?: number;
  readonly seed: number;
}

/**
 * Probability below the upper end of an interval that covers `confidence`.
 * @throws RangeError unless 0 < confidence < 1
 */
export function upperTail(confidence: number): number {
  if (!(confidence > 0 && confidence < 1))
    throw new RangeError(`A confidence lies between 0 and 1; ${confidence} does not.`);
  return (1 + confidence) / 2;
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7). */
export function quantile(ascending: Float64Array, p: number): number {
  const at = p * (ascending.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return ascending[below]! + (at - below) * (ascending[above]! - ascending[below]!);
}

/** Whether an interval leaves open which side of zero the truth lies on. */
export function holdsZero({ low, high }: Pick<MeanInterval, 'low' | 'high'>): boolean {
  return low <= 0 && high >= 0;
}
