import { describe, expect, it } from 'vitest';
import { trialRounds, trialSettings, trialsTotal } from '../../../../src/tuning/optimizer/trialRates';
import type { Settings } from '../../../../src/template/settings/settings';

const rounds = (steps: number) => trialRounds({ method: 'soft', optimizer: 'adamw', projection: false, steps });

describe('the trials of learning rates', () => {
  it('take few steps at every rate and more at the best, a share of the training', () => {
    const [all, best] = rounds(300);
    expect(all!.rates).toBe(5);
    expect(best!.rates).toBeLessThan(all!.rates);
    expect(best!.steps).toBeGreaterThan(all!.steps);
    expect(rounds(150)[1]!.steps).toBe(best!.steps / 2);
    expect(rounds(30_000)).toEqual(rounds(300));
  });

  it('are one round, no longer than the training, where that has few steps', () => {
    expect(rounds(4)).toEqual([{ rates: 5, steps: 4 }]);
    expect(rounds(1)).toEqual([{ rates: 5, steps: 1 }]);
  });

  it('are one round where a network is trained, so that no second one is in memory', () => {
    const ofNetwork = [
      { method: 'v1', projection: false },
      { method: 'v2', projection: true },
    ] as const;
    for (const network of ofNetwork)
      expect(trialRounds({ ...network, optimizer: 'adamw', steps: 300 })).toEqual([{ rates: 4, steps: 60 }]);
    expect(trialRounds({ method: 'v2', projection: false, optimizer: 'adamw', steps: 300 })).toHaveLength(2);
  });

  it('count the steps of each round from the end of the one before', () => {
    const [first, second] = [
      { rates: 3, steps: 10 },
      { rates: 2, steps: 40 },
    ];
    expect(trialsTotal([first, second])).toBe(3 * 10 + 2 * 30);
    expect(trialsTotal([])).toBe(0);
  });

  it('warm up within what they see of a training however long', () => {
    const of = (steps: number, warmup: number) => trialSettings({ steps, warmup, schedule: 'linear' } as Settings);
    expect(of(200, 20)).toMatchObject({ steps: 200, warmup: 20 });
    expect(of(3000, 0.06)).toMatchObject({ steps: 300, warmup: 0.06 });
    expect(of(3000, 200)).toMatchObject({ steps: 300, warmup: 20 });
  });
});
