/**
 * The points that no other is at least as good as in both and better in one, cheapest first.
 * @param points `gain` rises with quality
 */
export function paretoFront<P extends { readonly cost: number; readonly gain: number }>(
  points: readonly P[],
): readonly P[] {
  const beats = (a: P, b: P): boolean => a.cost <= b.cost && a.gain >= b.gain && (a.cost < b.cost || a.gain > b.gain);
  return points.filter((point) => !points.some((other) => beats(other, point))).sort((a, b) => a.cost - b.cost);
}
