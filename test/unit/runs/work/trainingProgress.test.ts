import { describe, expect, it } from 'vitest';
import { progressOf } from '../../../../src/runs/work/trainingProgress';

const step = (number: number) => ({
  kind: 'step' as const,
  step: number,
  steps: 10,
  loss: 1,
  learningRate: 0.1,
  gradientNorm: 1,
  examplesPerSecond: 1,
});

describe('the progress of a training', () => {
  it('tells the time left from the steps taken since the first', () => {
    const at = progressOf({ steps: 10 });
    expect(at(step(1), 1000)?.secondsLeft).toBeUndefined();
    expect(at(step(3), 5000)).toMatchObject({ phase: 'training', step: 3, steps: 10, secondsLeft: 14 });
  });

  it('counts only its own steps after a resume', () => {
    const at = progressOf({ steps: 10 });
    at(step(8), 60_000);
    expect(at(step(9), 61_000)?.secondsLeft).toBe(1);
  });

  it('keeps the accuracy on dev while it steps on', () => {
    const at = progressOf({ steps: 10 });
    at(step(1), 0);
    at({ kind: 'dev', step: 1, loss: 1, accuracy: 0.75, macroF1: 0.7, best: true }, 10);
    expect(at(step(2), 20)?.devAccuracy).toBe(0.75);
  });

  it('shows the sweep as trials', () => {
    expect(progressOf({ steps: 10 })({ kind: 'sweep', rate: 0.1, trial: 2, trials: 5, devLoss: 0.9 }, 0)).toMatchObject(
      { phase: 'sweep', step: 2, steps: 5 },
    );
  });
});
