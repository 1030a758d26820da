import { below, createRandom } from '../data/random';

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
 * Interval for a rate that was seen as `successes` of `n` (Wilson 1927, without continuity correction); [0, 1] when nothing was seen.
 * @returns [low, high], fractions
 * @throws RangeError unless 0 ≤ successes ≤ n and 0 < confidence < 1
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): readonly [number, number] {
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`${successes} successes of ${n} are not a rate.`);
  const z = normalQuantile(upperTail(confidence));
  if (n === 0) return [0, 1];
  const rate = successes / n;
  const shrink = 1 + z * z / n;
  const centre = (rate + z * z / (2 * n)) / shrink;
  const half = z * Math.sqrt(rate * (1 - rate) / n + z * z / (4 * n * n)) / shrink;
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}

/**
 * Mean of the per-row differences between two methods, with its percentile bootstrap interval (Efron 1979): rows are drawn with
 * replacement, both methods' results of a row together.
 * @param differences [rows], method A minus method B on the same row
 * @throws RangeError without rows, or unless 0 < confidence < 1
 */
export function pairedBootstrap(differences: readonly number[], options: BootstrapOptions): MeanInterval {
  const { confidence = 0.95, resamples = 10_000, seed } = options;
  const rows = differences.length;
  if (rows === 0) throw new RangeError('A bootstrap needs at least one row.');
  const upper = upperTail(confidence);
  const random = createRandom(seed);
  const means = new Float64Array(resamples);
  for (let resample = 0; resample < resamples; resample++) {
    let sum = 0;
    for (let draw = 0; draw < rows; draw++) sum += differences[below(random, rows)]!;
    means[resample] = sum / rows;
  }
  means.sort();
  return { mean: differences.reduce((sum, difference) => sum + difference, 0) / rows, low: quantile(means, 1 - upper), high: quantile(means, upper) };
}

/**
 * Two-sided exact test that two methods are right equally often (McNemar 1947): under that hypothesis the rows only one of them has right
 * fall to either like a fair coin.
 * @param onlyA rows only A has right
 * @param onlyB rows only B has right
 * @returns p, 1 when the methods never differ
 */
export function exactMcNemar(onlyA: number, onlyB: number): number {
  const n = onlyA + onlyB;
  let logTerm = -n * Math.LN2;
  let tail = Math.exp(logTerm);
  for (let k = 1; k <= Math.min(onlyA, onlyB); k++) {
    logTerm += Math.log((n - k + 1) / k);
    tail += Math.exp(logTerm);
  }
  return Math.min(1, 2 * tail);
}

/** p-values adjusted for being tested together (Holm 1979), in the order given. */
export function holm(pValues: readonly number[]): number[] {
  const ascending = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  ascending.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - rank)));
    adjusted[index] = largest;
  });
  return adjusted;
}

/**
 * The value below which a standard normal variable lies with probability `p`, to about 1e-15 relative: rational approximations of
 * algorithm AS 241, PPND16 (Wichura, Applied Statistics 37, 1988).
 * @throws RangeError unless 0 < p < 1
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`A probability lies between 0 and 1; ${p} does not.`);
  const fromCentre = p - 0.5;
  if (Math.abs(fromCentre) <= 0.425) {
    const r = 0.180625 - fromCentre * fromCentre;
    return fromCentre * polynomial(CENTRE.numerator, r) / polynomial(CENTRE.denominator, r);
  }
  const r = Math.sqrt(-Math.log(Math.min(p, 1 - p)));
  const [region, shift] = r <= 5 ? [TAIL, 1.6] as const : [FAR_TAIL, 5] as const;
  return Math.sign(fromCentre) * polynomial(region.numerator, r - shift) / polynomial(region.denominator, r - shift);
}

/** Coefficients of AS 241 by rising power, to the digits a double holds. */
const CENTRE = {
  numerator: [3.3871328727963666, 133.14166789178438, 1971.5909503065514, 13731.693765509461, 45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227],
  denominator: [1, 42.3133307016009, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943, 5226.495278852854],
};
const TAIL = {
  numerator: [1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4],
  denominator: [1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457, 5.475938084995345e-4, 1.0507500716444169e-9],
};
const FAR_TAIL = {
  numerator: [6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7],
  denominator: [1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4, 1.8463183175100548e-5, 1.421511758316446e-7, 2.0442631033899397e-15],
};

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((value, coefficient) => value * x + coefficient, 0);
}

function upperTail(confidence: number): number {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`A confidence lies between 0 and 1; ${confidence} does not.`);
  return (1 + confidence) / 2;
}

/** Linear interpolation between order statistics (Hyndman and Fan's type 7). */
function quantile(ascending: Float64Array, p: number): number {
  const at = p * (ascending.length - 1);
  const below = Math.floor(at);
  const above = Math.ceil(at);
  return ascending[below]! + (at - below) * (ascending[above]! - ascending[below]!);
}
