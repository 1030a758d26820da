import type { Random } from '../../data/random';

/** Below this expected count, counting up from nothing is faster than rejection. */
const fewExpected = 10;

/**
 * A draw from the binomial distribution: inversion where few successes are expected, else transformed rejection
 * (BTRS; Hörmann, "The generation of binomial random variates", 1993).
 */
export function drawBinomial(n: number, p: number, random: Random): number {
  if (n <= 0 || p <= 0) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - drawBinomial(n, 1 - p, random);
  return n * p < fewExpected ? byInversion(n, p, random) : byRejection(n, p, random);
}

function byInversion(n: number, p: number, random: Random): number {
  const odds = p / (1 - p);
  let probability = Math.exp(n * Math.log1p(-p));
  let rest = random.next();
  let k = 0;
  while (rest > probability && k < n) {
    rest -= probability;
    k++;
    probability *= (odds * (n - k + 1)) / k;
  }
  return k;
}

function byRejection(n: number, p: number, random: Random): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const centre = n * p + 0.5;
  const inner = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(p / (1 - p));
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = random.next() - 0.5;
    const v = random.next();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + centre);
    if (us >= 0.07 && v <= inner) return k;
    if (k < 0 || k > n) continue;
    const accept =
      logFactorial(mode) + logFactorial(n - mode) - logFactorial(k) - logFactorial(n - k) + (k - mode) * logOdds;
    if (Math.log((v * alpha) / (a / (us * us) + b)) <= accept) return k;
  }
}

const smallFactorials = Float64Array.from({ length: 16 }, (_, n) =>
  Math.log(Array.from({ length: n }, (__, i) => i + 1).reduce((product, factor) => product * factor, 1)),
);

/** ln n!, by Stirling's series from 16 on: to 1e-12. */
function logFactorial(n: number): number {
  if (n < smallFactorials.length) return smallFactorials[n]!;
  const z = n + 1;
  const inverse = 1 / (z * z);
  return (
    (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + (1 / 12 - inverse * (1 / 360 - inverse / 1260)) / z
  );
}

/**
 * How often each kind of row is drawn when as many rows as there are are drawn with replacement: what a bootstrap over
 * rows comes to when rows of a kind count alike, at a cost that grows with the kinds instead of the rows. Exact, not an
 * approximation.
 * @param counts [kinds] rows of each kind
 * @param drawn [kinds] filled
 */
export function resampleCounts(counts: ArrayLike<number>, drawn: Float64Array, random: Random): void {
  let rows = 0;
  for (let kind = 0; kind < counts.length; kind++) rows += counts[kind]!;
  let left = rows;
  for (let kind = 0; kind < counts.length; kind++) {
    const taken = kind === counts.length - 1 ? left : drawBinomial(left, counts[kind]! / rows, random);
    drawn[kind] = taken;
    left -= taken;
    rows -= counts[kind]!;
  }
}
