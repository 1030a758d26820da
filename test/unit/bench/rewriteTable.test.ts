import { describe, expect, it } from 'vitest';
import { rewriteTable } from '../../bench/search/rewriteTable';

const result = (seed: number, after: string, more: object = {}) => ({
  edition: 2,
  task: 'triage',
  method: 'strict',
  seed,
  budget: 12000,
  before: { right: '1100000000' },
  after: { right: after },
  readability: 0.1,
  spent: 11000,
  seconds: 30,
  ...more,
});

describe('the table of searches', () => {
  it('pools a method over its seeds, paired by row', () => {
    const table = rewriteTable([result(1, '1110000000'), result(2, '1111100000')]);
    const [, , row] = table.split('\n');
    expect(row).toMatch(/^\| triage \| strict \| 2 \| 0\.200 \| 0\.400 \| \+0\.200 \(/);
  });

  it('compares with the gradient search of the same seeds alone', () => {
    const peer = result(1, '1110000000', { method: 'gradient' });
    const table = rewriteTable([result(1, '1111000000'), result(2, '1111111111'), peer]);
    expect(table).toMatch(/\| triage \| strict \| 2 \|.* \| \+0\.100 \(−0\.\d+ to \+0\.\d+\) \| \+0\.100 \|/);
  });

  it('has few seeds leave much open', () => {
    const widthOf = (results: Parameters<typeof rewriteTable>[0]): number => {
      const [, low, high] = /\+0\.300 \((\S+) to \+(\S+)\)/.exec(rewriteTable(results))!;
      return Number(high) - Number(low!.replace('−', '-'));
    };
    const [none, six] = ['1100000000', '1111111100'];
    const two = [result(1, none), result(2, six)];
    const eight = [1, 2, 3, 4].flatMap((i) => [result(2 * i, none), result(2 * i + 1, six)]);
    expect(widthOf(two)).toBeGreaterThan(2 * widthOf(eight));
  });

  it('takes each method by the edition of its own', () => {
    const peer = result(1, '1110000000', { method: 'gradient', edition: 1 });
    expect(rewriteTable([result(1, '1111000000'), peer])).toMatch(/\| triage \| gradient \| 1 \|/);
  });

  it('refuses results of different searches', () => {
    expect(() => rewriteTable([result(1, '1110000000'), result(2, '1110000000', { edition: 1 })])).toThrow(
      'Results of different searches are no seeds of one: strict 2, 1.',
    );
  });
});
