import type { CurvePoints } from '../../../src/views/comparison/contract';

/** A falling curve with a ripple, dev points every 50 steps, and one step whose loss was not a number. */
function fallingCurve(run: string, steps: number, floor: number): CurvePoints {
  const loss = (step: number) => floor + 1.3 * Math.exp(-step / 60) + 0.12 * Math.sin(step / 3);
  const training = Array.from(
    { length: steps },
    (_, index) => [index + 1, index === 40 ? null : loss(index + 1)] as const,
  );
  const dev = Array.from(
    { length: Math.floor(steps / 50) },
    (_, index) => [(index + 1) * 50, loss((index + 1) * 50) + 0.05, 0.5 + index / 20] as const,
  );
  return { run, from: 0, training, dev };
}

export const fullCurves: readonly CurvePoints[] = [
  fallingCurve('run-soft-10', 300, 0.42),
  fallingCurve('run-soft-11', 300, 0.46),
  fallingCurve('run-soft-16', 300, 0.44),
  fallingCurve('run-v1-12', 300, 0.8),
  fallingCurve('run-v2-13', 300, 0.3),
  fallingCurve('run-short-14', 120, 0.6),
  fallingCurve('run-short-15', 31, 1.1),
];

/** What the running run adds next. */
export const nextPoints: CurvePoints = {
  run: 'run-short-14',
  from: 122,
  training: [
    [121, 0.81],
    [122, 0.79],
  ],
  dev: [],
};
