import { describe, expect, it } from 'vitest';
import { v2OrdersTable, type Result } from '../../bench/search/v2OrdersTable';

const result = (name: string, right: string, more: Partial<Result> = {}): Result => ({
  task: name.split(' ')[0]!,
  order: name.split(' ')[1]!,
  seed: 1,
  edition: 4,
  searchEdition: 2,
  spent: 0,
  dev: { right, loss: 1 },
  test: { right, loss: 0.5 },
  ...more,
});

const rowsOf = (results: readonly Result[]): readonly (readonly string[])[] =>
  v2OrdersTable(results, { search: 2, numbers: 4 })
    .trim()
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );

/** Rights and wrongs by turns, and the same with one more right. */
const [half, more] = ['1010101010', '1110101010'];

describe('the table of orders', () => {
  it('sets dev against searching first and test against v1, on the seeds that both have', () => {
    const rows = rowsOf([
      result('triage v1', half),
      result('triage text-first', more, { spent: 100, textAlone: { right: half, loss: 1 } }),
      result('triage text-first', '0000000000', { seed: 2, spent: 100 }),
      result('triage no-search', half),
    ]);
    const cells = Object.fromEntries(rows.filter(([task]) => task === 'triage').map((row) => [row[1], row]));
    expect(cells['v1']!.slice(2)).toEqual(['1', '0.500', '–', '1.000', '0.500', '–', '0.500', '–']);
    expect(cells['text-first']!.slice(2, 5)).toEqual(['2', '0.300', '–']);
    expect(cells['text-first']![7]).toMatch(/^\+0\.100 \(−0\.\d+ to \+0\.\d+\)$/);
    expect(cells['text-first']![9]).toBe('0.500');
    expect(cells['no-search']![4]).toMatch(/^−0\.100 /);
    expect(cells['no-search']![7]).toMatch(/^\+0\.000 /);
  });

  it('leaves out texts that another edition of the search has found, and keeps what searched none', () => {
    const rows = rowsOf([
      result('triage v1', half, { searchEdition: 1 }),
      result('triage text-first', more, { spent: 100, searchEdition: 1 }),
    ]);
    expect(rows.map(([task, order]) => [task, order])).toEqual([
      ['triage', 'v1'],
      ['mean', 'v1'],
    ]);
  });

  it('leaves out trainings of another edition of the numbers, whether or not they searched', () => {
    const rows = rowsOf([
      result('triage v1', half),
      result('triage no-search', half, { edition: 3 }),
      result('triage text-first', more, { edition: 3, spent: 100 }),
    ]);
    expect(rows.map(([task, order]) => [task, order])).toEqual([
      ['triage', 'v1'],
      ['mean', 'v1'],
    ]);
  });

  it('takes means over the tasks of orders that each of them has', () => {
    const rows = rowsOf([result('triage v1', half), result('trec v1', more), result('trec no-search', more)]);
    expect(rows.filter(([task]) => task === 'mean').map(([, order, , dev]) => [order, dev])).toEqual([['v1', '0.550']]);
  });
});
