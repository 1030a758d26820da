/** Answers of like probability, and how many of them were right. */
export interface ReliabilityBin {
  /** The bin holds probabilities above `low` and up to `high`; the first holds 0 as well. */
  readonly low: number;
  readonly high: number;
  readonly n: number;
  /** Mean probability of its answers. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Reliability {
  /** Bins that hold an answer, rising. */
  readonly bins: readonly ReliabilityBin[];
  /**
   * Expected calibration error: mean distance between probability and accuracy, weighted by the answers of each bin.
   */
  readonly calibrationError: number;
}

const defaultBins = 10;

/**
 * How far the probabilities of the answers given can be believed: bins of equal width and the expected calibration
 * error (Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", 2017).
 * @param probabilities [answers] of the label answered
 * @param right [answers] 1 where it was right
 * @returns undefined without answers
 */
export function reliability(
  probabilities: ArrayLike<number>,
  right: ArrayLike<number>,
  bins = defaultBins,
): Reliability | undefined {
  const [n, confidence, hits] = [new Float64Array(bins), new Float64Array(bins), new Float64Array(bins)];
  for (let i = 0; i < probabilities.length; i++) {
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(probabilities[i]! * bins) - 1));
    n[bin]!++;
    confidence[bin]! += probabilities[i]!;
    hits[bin]! += right[i]!;
  }
  const filled = Array.from({ length: bins }, (_, bin) => ({
    low: bin / bins,
    high: (bin + 1) / bins,
    n: n[bin]!,
    confidence: confidence[bin]! / n[bin]!,
    accuracy: hits[bin]! / n[bin]!,
  })).filter((bin) => bin.n > 0);
  if (filled.length === 0) return undefined;
  return {
    bins: filled,
    calibrationError:
      filled.reduce((sum, bin) => sum + bin.n * Math.abs(bin.confidence - bin.accuracy), 0) / probabilities.length,
  };
}
