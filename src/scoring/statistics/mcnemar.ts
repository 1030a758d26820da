/**
 * Two-sided exact test that two methods are right equally often (McNemar 1947): under that hypothesis the rows only one
 * of them has right fall to either like a fair coin.
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
