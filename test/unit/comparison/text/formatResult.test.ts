import { describe, expect, it } from 'vitest';
import { formatResult } from '../../../../src/comparison/text/formatResult';
import { result } from '../../../support/runs/records';

describe('a result on the command line', () => {
  const measured = result('hard', 0.5, 'a');

  it('ends with a table of the fields of JSON answers, and what counts as right', () => {
    const field = { field: 'buyer.city', expected: 4, predicted: 0, equal: 0, precision: null, recall: 0, f1: 0 };
    const lines = formatResult({ ...measured, fields: [field] }).split('\n');
    expect(lines.slice(-4)).toEqual([
      '',
      'Field       Precision  Recall     F1  Right  Answered  Expected',
      'buyer.city          –   0.000  0.000      0         0         4',
      expect.stringMatching(/^A field is right where it equals what is expected;.*those that should\.$/),
    ]);
  });

  it('has none where answers are no JSON', () => {
    expect(formatResult(measured)).not.toContain('Field');
  });
});
