import type { CurvePoints, DevPoint, TrainingPoint } from '../../src/views/comparison/contract';

/** The points of a run so far. */
export interface Curve {
  readonly training: readonly TrainingPoint[];
  readonly dev: readonly DevPoint[];
}

export type Curves = ReadonlyMap<string, Curve>;

const empty: Curve = { training: [], dev: [] };

/** The curves with new points added; nothing when points are missing in between, and all must be asked for again. */
export function withPoints(curves: Curves, points: CurvePoints): Curves | undefined {
  const before = points.from === 0 ? empty : (curves.get(points.run) ?? empty);
  if (before.training.length + before.dev.length !== points.from) return undefined;
  return new Map(curves).set(points.run, {
    training: [...before.training, ...points.training],
    dev: [...before.dev, ...points.dev],
  });
}

/** A running mean over a window that ends at each point, because the loss of one batch jumps. */
export function smoothed(points: readonly TrainingPoint[], window: number): readonly TrainingPoint[] {
  return points.map(([step], index) => {
    const recent = points.slice(Math.max(0, index - window + 1), index + 1).flatMap(([, loss]) => loss ?? []);
    return [step, recent.length === 0 ? null : recent.reduce((sum, loss) => sum + loss, 0) / recent.length];
  });
}

/** One axis of steps for all series: values by series, null where a series has no point. */
export function aligned(series: readonly (readonly (readonly [number, number | null, ...unknown[]])[])[]): {
  readonly steps: number[];
  readonly values: (number | null)[][];
} {
  const steps = [...new Set(series.flatMap((points) => points.map(([step]) => step)))].sort((a, b) => a - b);
  const positions = new Map(steps.map((step, index) => [step, index]));
  const values = series.map((points) => {
    const line = new Array<number | null>(steps.length).fill(null);
    for (const [step, value] of points) line[positions.get(step)!] = value;
    return line;
  });
  return { steps, values };
}
