/** Scores of each seed's answers: `[seeds][rows]`. */
export type SeedsByRows = readonly ArrayLike<number>[];

/** Rows that every seed scores alike count as one. */
export interface Patterns {
  /** `[patterns]` rows of each */
  readonly counts: Float64Array;
  /** `[patterns][seeds]` */
  readonly a: readonly Float64Array[];
  readonly b: readonly Float64Array[];
}

export function patternsOf(a: SeedsByRows, b: SeedsByRows): Patterns {
  const seeds = [...a, ...b];
  const rows = a[0]!.length;
  const found = new Map<string | number, { count: number; readonly row: number }>();
  // 52 seeds of two values fit a number exactly; others are told apart by text.
  const keyOf =
    seeds.length <= 52 && areYesNo(seeds)
      ? (row: number) => seeds.reduce((key, seed) => 2 * key + seed[row]!, 0)
      : (row: number) => seeds.map((seed) => seed[row]!).join(' ');
  for (let row = 0; row < rows; row++) {
    const key = keyOf(row);
    const pattern = found.get(key);
    if (pattern) pattern.count++;
    else found.set(key, { count: 1, row });
  }
  const list = [...found.values()];
  const column = (side: SeedsByRows) => list.map(({ row }) => Float64Array.from(side, (seed) => seed[row]!));
  return { counts: Float64Array.from(list, ({ count }) => count), a: column(a), b: column(b) };
}

/** Whether every score is 0 or 1. */
export function areYesNo(seeds: SeedsByRows): boolean {
  return seeds.every((seed) => {
    for (let row = 0; row < seed.length; row++) if (seed[row] !== 0 && seed[row] !== 1) return false;
    return true;
  });
}

export interface CrossedMean {
  readonly mean: number;
  readonly variance: number;
  /** Degrees of freedom of the variance (Satterthwaite): few seeds give few. */
  readonly degrees: number;
}

/**
 * The mean of `a` less that of `b` and its variance in the crossed design: seeds of either method, rows, less what the
 * two count twice; never less than that of the rows.
 * @param rows all of them
 */
export function crossedMean({ counts, a, b }: Patterns, rows: number): CrossedMean {
  const [left, right] = [seedPart(a, counts, rows), seedPart(b, counts, rows)];
  const mean = left.mean - right.mean;
  let squares = 0;
  for (let k = 0; k < counts.length; k++) squares += counts[k]! * (rowMean(a[k]!) - rowMean(b[k]!) - mean) ** 2;
  const ofRows = rows > 1 ? squares / (rows - 1) / rows : 0;
  const variance = Math.max(ofRows, left.variance + right.variance + ofRows - left.residual - right.residual);
  const shares = [left, right].reduce(
    (sum, part) =>
      sum + part.variance ** 2 / part.degrees + part.residual ** 2 / (part.degrees * Math.max(1, rows - 1)),
    ofRows ** 2 / Math.max(1, rows - 1),
  );
  return { mean, variance, degrees: shares === 0 ? Math.max(1, rows - 1) : Math.max(1, variance ** 2 / shares) };
}

interface SeedPart {
  readonly mean: number;
  /** Variance of the mean over seeds, on the rows at hand. */
  readonly variance: number;
  /** What of it is only the play of seed and row together, which the variance over rows holds as well. */
  readonly residual: number;
  readonly degrees: number;
}

function seedPart(side: readonly Float64Array[], counts: Float64Array, rows: number): SeedPart {
  const seeds = side[0]?.length ?? 0;
  if (seeds === 0) return { mean: 0, variance: 0, residual: 0, degrees: 1 };
  const seedMeans = new Float64Array(seeds);
  let [squares, rowSquares] = [0, 0];
  for (let k = 0; k < counts.length; k++) {
    for (let s = 0; s < seeds; s++) {
      seedMeans[s]! += (counts[k]! * side[k]![s]!) / rows;
      squares += counts[k]! * side[k]![s]! ** 2;
    }
    rowSquares += counts[k]! * rowMean(side[k]!) ** 2;
  }
  const mean = rowMean(seedMeans);
  if (seeds === 1 || rows === 1) return { mean, variance: 0, residual: 0, degrees: 1 };
  const seedSquares = seedMeans.reduce((sum, value) => sum + value ** 2, 0);
  const residual =
    (squares - rows * seedSquares - seeds * rowSquares + rows * seeds * mean ** 2) / ((seeds - 1) * (rows - 1));
  return {
    mean,
    variance: Math.max(0, seedSquares - seeds * mean ** 2) / (seeds - 1) / seeds,
    residual: Math.max(0, residual) / (rows * seeds),
    degrees: seeds - 1,
  };
}

export function rowMean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return values.length === 0 ? 0 : sum / values.length;
}
