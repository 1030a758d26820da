import { upperTail } from './interval';
import { normalQuantile } from './normal';

/**
 * Interval for a rate that was seen as `successes` of `n` (Wilson 1927, without continuity correction); [0, 1] when
 * nothing was seen.
 * @returns [low, high], fractions
 * @throws RangeError unless 0 ≤ successes ≤ n and 0 < confidence < 1
 */
export function wilsonInterval(successes: number, n: number, confidence = 0.95): readonly [number, number] {
  if (!(successes >= 0 && successes <= n)) throw new RangeError(`${successes} successes of ${n} are not a rate.`);
  const z = normalQuantile(upperTail(confidence));
  if (n === 0) return [0, 1];
  const rate = successes / n;
  const shrink = 1 + (z * z) / n;
  const centre = (rate + (z * z) / (2 * n)) / shrink;
  const half = (z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n))) / shrink;
  return [successes === 0 ? 0 : centre - half, successes === n ? 1 : centre + half];
}
