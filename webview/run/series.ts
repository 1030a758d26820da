import type { DevPoint, RunPoints, TrainingPoint } from '../../src/views/run/contract';

/** The points of the run so far. */
export interface RunCurve {
  readonly training: readonly TrainingPoint[];
  readonly dev: readonly DevPoint[];
}

export const noCurve: RunCurve = { training: [], dev: [] };

/** The curve with new points; nothing when points are missing in between, and all must be asked for again. */
export function withPoints(curve: RunCurve, points: RunPoints): RunCurve | undefined {
  const before = points.from === 0 ? noCurve : curve;
  if (before.training.length + before.dev.length !== points.from) return undefined;
  return { training: [...before.training, ...points.training], dev: [...before.dev, ...points.dev] };
}

/**
 * Exponential moving average, freed of its pull towards its start (as TensorBoard smooths).
 * What is not a number leaves a gap.
 * @param weight share of the past, 0 (no smoothing) to below 1
 */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let average = 0;
  let seen = 0;
  return values.map((value) => {
    if (value === null) return null;
    seen++;
    average = weight * average + (1 - weight) * value;
    return average / (1 - weight ** seen);
  });
}

/**
 * Values of evaluations put on the axis of training steps: null where there was none.
 * Steps are joined where one lacks in the other.
 */
export function onSteps(
  steps: readonly number[],
  points: readonly (readonly [number, number | null])[],
): (number | null)[] {
  const positions = new Map(steps.map((step, position) => [step, position]));
  const values = new Array<number | null>(steps.length).fill(null);
  for (const [step, value] of points) {
    const position = positions.get(step);
    if (position !== undefined) values[position] = value;
  }
  return values;
}

/** Every step that has a training point or an evaluation, in order. */
export function allSteps({ training, dev }: RunCurve): readonly number[] {
  return [...new Set([...training, ...dev].map(([step]) => step))].sort((a, b) => a - b);
}

/** Zooms a range of steps around its middle and keeps it inside the whole. @param factor below 1 zooms in */
export function zoomed(
  [from, to]: readonly [number, number],
  factor: number,
  [first, last]: readonly [number, number],
): readonly [number, number] {
  const middle = (from + to) / 2;
  const width = Math.min(Math.max((to - from) * factor, Math.min(4, last - first)), last - first);
  return kept([middle - width / 2, middle + width / 2], [first, last]);
}

/** Moves a range by a share of its width and keeps it inside the whole. */
export function moved(
  [from, to]: readonly [number, number],
  share: number,
  whole: readonly [number, number],
): readonly [number, number] {
  const by = (to - from) * share;
  return kept([from + by, to + by], whole);
}

function kept(
  [from, to]: readonly [number, number],
  [first, last]: readonly [number, number],
): readonly [number, number] {
  const width = Math.min(to - from, last - first);
  const start = Math.min(Math.max(from, first), last - width);
  return [start, start + width];
}
