import { describe, expect, it } from 'vitest';
import { workSeconds } from '../../../../src/inspection/estimate/estimateTraining';
import { trialRounds, trialsTotal } from '../../../../src/tuning/optimizer/trialRates';
import type { Settings } from '../../../../src/template/settings/settings';
import type { Task } from '../../../../src/objective/task';

const split = (rows: number) => ({ rows }) as NonNullable<Task['splits']['dev']>;
const seconds = (settings: Partial<Settings>, splits: Task['splits'], answerSeconds?: number) =>
  workSeconds(
    {
      settings: {
        method: 'soft',
        learningRate: 0.1,
        steps: 100,
        evalEvery: 50,
        instruction: 'fixed',
        optimizer: 'adamw',
        ...settings,
      } as Settings,
      splits,
    },
    { stepSeconds: 1, rowSeconds: 0.01, answerSeconds },
  );

describe('the time that a training is estimated to take', () => {
  it('is that of its steps, its evaluations on dev and the test', () => {
    expect(seconds({}, {})).toBe(100);
    expect(seconds({}, { dev: split(40) })).toBeCloseTo(100 + 2 * 0.4 + 0.4);
    expect(seconds({}, { dev: split(9000), test: split(1000) })).toBeCloseTo(100 + 2 * 5 + 10);
  });

  it('counts the trials of a learning rate that is to be found', () => {
    const auto = { learningRate: 'auto', steps: 300, evalEvery: 300 } as const;
    const trials = trialRounds({ method: 'soft', optimizer: 'adamw', projection: false, steps: 300 });
    expect(seconds(auto, {})).toBe(300 + trialsTotal(trials));
    const judged = trials.reduce((sum, { rates }) => sum + rates, 0);
    expect(seconds(auto, { dev: split(40) })).toBeCloseTo(seconds(auto, {}) + judged * 0.4 + 2 * 0.4);
  });

  it('counts the answers of free text: those to dev at each evaluation and trial, and those of the test', () => {
    const splits = { dev: split(40), test: split(30) };
    const plain = seconds({ evalRows: 16 }, splits);
    expect(seconds({ evalRows: 16 }, splits, 2)).toBeCloseTo(plain + 2 * (2 * 16 + 30));
    expect(seconds({ evalRows: 64 }, splits, 2)).toBeCloseTo(plain + 2 * (2 * 40 + 30));
    expect(seconds({ evalRows: 0 }, { dev: split(40) }, 2)).toBeCloseTo(seconds({}, { dev: split(40) }) + 2 * 40);
    const sweep = { evalRows: 16, learningRate: 'auto' } as const;
    expect(seconds(sweep, splits, 2)).toBeCloseTo(seconds(sweep, splits) + 2 * ((2 + 5 + 4) * 16 + 30));
  });

  it('counts the search for an instruction and the measuring of its texts', () => {
    expect(seconds({ method: 'v2', instruction: 'text', searchBudget: 3000 }, { test: split(100) })).toBeCloseTo(
      100 + 30 + 3,
    );
  });
});
