import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { searchDeterminedColumns, searchTellingColumns } from '../../../../src/data/survey/determinedColumns';

type Written = Readonly<Record<string, string>>;

function found(rows: readonly Written[]): Readonly<Record<string, readonly string[]>> {
  const search = searchDeterminedColumns();
  for (const row of rows) search.add(new Map(Object.entries(row)));
  return Object.fromEntries([...search.found()].map(([from, to]) => [from, [...to].sort()]));
}

const value = fc.constantFrom('a', 'b', 'c');
const rows = fc.array(fc.record({ x: value, y: value, z: value }, { requiredKeys: ['x'] }), {
  minLength: 1,
  maxLength: 30,
});

describe('columns that determine others', () => {
  it('are those none of whose values comes with two of another, where values come again', () => {
    fc.assert(
      fc.property(rows, (table) => {
        for (const [from, to] of [
          ['x', 'y'],
          ['y', 'z'],
          ['z', 'x'],
        ] as const) {
          const both = table.filter((row) => row[from] !== undefined && row[to] !== undefined);
          const values = new Map<string, Set<string>>();
          for (const row of both) values.set(row[from]!, (values.get(row[from]!) ?? new Set()).add(row[to]!));
          const holds = [...values.values()].every(({ size }) => size === 1) && both.length >= 4 * values.size;
          const isMet = table.some((row) => row[from] !== undefined) && table.some((row) => row[to] !== undefined);
          expect(found(table)[from]?.includes(to) ?? false).toBe(isMet && holds);
        }
      }),
    );
  });

  it('are not looked for where a value comes once each', () => {
    expect(found(Array.from({ length: 50 }, (_, i) => ({ id: `${i}`, label: `${i % 2}` })))).toEqual({});
  });

  it('tell one column alone where that is asked, until none does', () => {
    const search = searchTellingColumns(['same', 'other', 'label'], 'label');
    for (let i = 0; i < 12; i++) {
      expect(search.isOpen).toBe(true);
      search.add(new Map(Object.entries({ same: `s${i % 2}`, other: 'o', label: `${i % 2}` })));
    }
    expect([...search.found()]).toEqual([['same', new Set(['label'])]]);
    search.add(new Map(Object.entries({ same: 's0', label: '1' })));
    expect(search.isOpen).toBe(false);
  });

  it('go one way where several values of one come with one of another', () => {
    const table = Array.from({ length: 60 }, (_, i) => ({ fine: `${i % 6}`, coarse: `${(i % 6) % 2}` }));
    expect(found(table)).toEqual({ fine: ['coarse'] });
  });
});
