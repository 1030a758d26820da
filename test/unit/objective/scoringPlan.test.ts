import { describe, expect, it } from 'vitest';
import { layOut } from '../../../src/objective/batch';
import type { Example } from '../../../src/objective/example';
import { planAnswers, planLabels } from '../../../src/objective/scoringPlan';

const alone = (...tokens: number[]) => ({ merged: 0, tokens });
const example = (prompt: readonly number[], words: NonNullable<Example['words']>): Example => ({
  row: 0,
  prompt,
  expected: '',
  label: 0,
  answer: words[0]![0]!.tokens,
  merged: words[0]![0]!.merged,
  words,
});

describe('the plan of a batch', () => {
  it('runs a prompt once where all words are single tokens', () => {
    const plan = planLabels([example([1, 2, 3], [[alone(7)], [alone(8)]])], ({ words }) => words!);
    expect(plan.sequences).toEqual([[1, 2, 3]]);
    expect(plan.scoredTokens).toEqual([
      [[[{ sequence: 0, position: 2, token: 7 }]], [[{ sequence: 0, position: 2, token: 8 }]]],
    ]);
  });

  it('scores a word that merges with the prompt from the token that both share', () => {
    const words = [[alone(7, 9)], [{ merged: 1, tokens: [8, 5] }]];
    const plan = planLabels([example([1, 2, 3], words)], ({ words: own }) => own!);
    expect(plan.sequences).toEqual([
      [1, 2, 3, 7],
      [1, 2, 8],
    ]);
    expect(plan.scoredTokens[0]).toEqual([
      [
        [
          { sequence: 0, position: 2, token: 7 },
          { sequence: 0, position: 3, token: 9 },
        ],
      ],
      [
        [
          { sequence: 0, position: 1, token: 8 },
          { sequence: 1, position: 2, token: 5 },
        ],
      ],
    ]);
  });

  it('ends the prompt of a free text before the token that both share', () => {
    const plan = planAnswers([{ ...example([1, 2, 3], [[{ merged: 1, tokens: [8, 5] }]]), words: undefined }]);
    expect(plan.sequences).toEqual([[1, 2, 8]]);
    expect(plan.scoredTokens[0]![0]![0]!.map(({ position }) => position)).toEqual([1, 2]);
  });

  it('ends the opening that rows share before the first token that is scored in any', () => {
    const prompt = [1, 2, 3, 4, 5, 6];
    const rows = [example(prompt, [[alone(7)]]), example(prompt, [[{ merged: 1, tokens: [8] }]])];
    const options = { objective: 'label', firstVirtualToken: 100, sharePrefix: true, deepRows: 0 } as const;
    expect(layOut(rows.slice(0, 1), options).prefixLength).toBe(5);
    expect(layOut(rows, options).prefixLength).toBe(4);
  });
});
