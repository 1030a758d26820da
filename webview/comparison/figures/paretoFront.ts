/** The points that no other is at least as good as in both and better in one, cheapest first. */
export function paretoFront<P extends { readonly cost: number; readonly accuracy: number }>(
  points: readonly P[],
): readonly P[] {
  const beats = (a: P, b: P): boolean =>
    a.cost <= b.cost && a.accuracy >= b.accuracy && (a.cost < b.cost || a.accuracy > b.accuracy);
  return points.filter((point) => !points.some((other) => beats(other, point))).sort((a, b) => a.cost - b.cost);
}
