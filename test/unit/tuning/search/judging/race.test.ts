import { describe, expect, it } from 'vitest';
import { race } from '../../../../../src/tuning/search/judging/race';
import { planRows } from '../../../../../src/tuning/search/judging/rounds';

const rows = Array.from({ length: 300 }, (_, i) => i);
const plan = planRows(rows, [
  { rows: 8, keep: 3 },
  { rows: 16, keep: 2 },
]);

/** Candidates by what they save on every row. */
async function raced(candidates: readonly number[], more: Partial<Parameters<typeof race<number>>[0]> = {}) {
  const measured: (readonly [candidate: number, rows: number])[] = [];
  const winner = await race<number>({
    incumbent: 0,
    candidates,
    plan,
    measure: (saved, asked) => {
      measured.push([saved, asked.length]);
      return Promise.resolve(new Map(asked.map((row) => [row, 1 - saved + 0.001 * (row % 3)])));
    },
    ...more,
  });
  return { winner, measured };
}

describe('a race', () => {
  it('is won by what saves most, and tells who came close and how the last round ranked', async () => {
    const { winner } = await raced([0.1, 0.4, 0.2, -0.3, 0.3]);
    expect(winner!.candidate).toBe(0.4);
    expect(winner!.gain.gain).toBeCloseTo(0.4);
    expect(winner!.others.map(({ candidate }) => candidate)).toEqual([0.3]);
    expect(winner!.ranked.map(({ candidate }) => candidate)).toEqual([0.4, 0.3, 0.2]);
  });

  it('spends the most rows on the few that are left', async () => {
    const { measured } = await raced([0.1, 0.4, 0.2, -0.3, 0.3]);
    const spent = (candidate: number) =>
      measured.filter(([of]) => of === candidate).reduce((sum, [, count]) => sum + count, 0);
    expect([-0.3, 0.2, 0.3, 0.4].map(spent)).toEqual([8, 16, 64, 144]);
  });

  it('lets what was made of those that helped run along', async () => {
    const { winner } = await raced([0.1, 0.2, -0.1], {
      combine: (helped) => Promise.resolve([helped.reduce((sum, saved) => sum + saved, 0)]),
    });
    expect(winner!.candidate).toBeCloseTo(0.3);
    expect(winner!.others.map(({ candidate }) => candidate)).toEqual([0.2, 0.1]);
  });

  it('has no winner where nothing fits into the context', async () => {
    const { winner } = await raced([0.1], {
      measure: (saved, asked) => Promise.resolve(saved > 0 ? undefined : new Map(asked.map((row) => [row, 1]))),
    });
    expect(winner).toBeUndefined();
  });
});
