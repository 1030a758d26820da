import { describe, expect, it } from 'vitest';
import {
  accuracy,
  confusionDifference,
  confusionMatrix,
  macroF1,
  majorityBaseline,
  withShares,
} from '../../../src/scoring/classification';

const rowsOf = (expected: string, predicted: string) =>
  [...expected].map((label, index) => ({ expected: label, predicted: predicted[index]! }));

/**
 * Expected values: scikit-learn 1.9.1, accuracy_score, f1_score(average='macro', zero_division=0), confusion_matrix.
 */
describe('classification scores', () => {
  const rows = rowsOf('aabbccaabd', 'abbbcaaabe');

  it("gives scikit-learn's accuracy, macro-F1 and confusion matrix", () => {
    expect(accuracy(rows)).toBe(0.7);
    expect(macroF1(rows)).toBeCloseTo(0.45476190476190476, 14);
    expect(confusionMatrix(rows)).toEqual({
      labels: ['a', 'b', 'c', 'd', 'e'],
      counts: [
        [3, 1, 0, 0, 0],
        [0, 3, 0, 0, 0],
        [1, 0, 1, 0, 0],
        [0, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
      ],
    });
  });

  it('counts a label that is never predicted, or never right, as F1 0', () => {
    expect(macroF1(rowsOf('xxy', 'xxx'))).toBeCloseTo(0.4, 14);
    expect(macroF1(rowsOf('xy', 'yx'))).toBe(0);
    expect(macroF1(rowsOf('xyz', 'xyz'))).toBe(1);
  });

  it('lists the labels of the confusion matrix in the given order, with those that do not occur', () => {
    expect(confusionMatrix(rowsOf('ab', 'ac'), ['c', 'never', 'b'])).toEqual({
      labels: ['c', 'never', 'b', 'a'],
      counts: [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
        [1, 0, 0, 0],
        [0, 0, 0, 1],
      ],
    });
  });

  it('takes the most frequent expected label as the majority, whatever was predicted', () => {
    expect(majorityBaseline(rows)).toEqual({ label: 'a', accuracy: 0.4 });
    expect(majorityBaseline(rowsOf('ba', 'aa'))).toEqual({ label: 'b', accuracy: 0.5 });
  });

  it('refuses to score no rows', () => {
    for (const score of [accuracy, macroF1, majorityBaseline]) expect(() => score([])).toThrow(RangeError);
  });
});

describe('shares of a confusion matrix', () => {
  const counts = [
    [3, 1],
    [0, 0],
  ];

  it('are of each label’s rows; a label without rows has none', () => {
    expect(withShares({ labels: ['a', 'b'], counts }).shares).toEqual([
      [0.75, 0.25],
      [0, 0],
    ]);
  });

  it('differ over the labels of both, in the order of the first', () => {
    const other = {
      labels: ['c', 'a'],
      counts: [
        [1, 1],
        [2, 2],
      ],
    };
    expect(confusionDifference({ labels: ['a', 'b'], counts }, other)).toEqual({
      labels: ['a', 'b', 'c'],
      shares: [
        [0.25, 0.25, -0.5],
        [0, 0, 0],
        [-0.5, 0, -0.5],
      ],
    });
  });
});
