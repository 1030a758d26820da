import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { asCsv, asJson, asMarkdown, asText, type Cell, type Table } from '../../../src/words/writeTable';

/** Texts with whatever has a meaning in one of the formats. */
const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('|', '\\', '\n', '\r', '"', ',', ' ', '=', '-', 'a', '`', '<', '[', ']', '(') }),
);
const cell: fc.Arbitrary<Cell> = fc.oneof(text, fc.double({ noNaN: true }), fc.constant(null));
const tables: fc.Arbitrary<Table> = fc.integer({ min: 1, max: 5 }).chain((width) => {
  const rowOf = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: width, maxLength: width });
  return fc.record({ headings: rowOf(text), rows: fc.array(rowOf(cell), { maxLength: 6 }) });
});

const table: Table = {
  headings: ['name', 'n'],
  rows: [
    ['a,"b"', 1],
    ['c|d\ne', null],
  ],
};

describe('CSV', () => {
  it('quotes what has a meaning, ends its lines in CR LF and leaves out what is missing', () => {
    expect(asCsv(table)).toBe('name,n\r\n"a,""b""",1\r\n"c|d\ne",\r\n');
  });

  it('has no text that a spreadsheet would run, and numbers as they are', () => {
    expect(asCsv({ headings: ['name', 'n'], rows: [['=1+1', -2]] })).toBe("name,n\r\n'=1+1,-2\r\n");
  });

  it('is read back as it was', () => {
    fc.assert(
      fc.property(tables, (made) => {
        const back = parse(asCsv(made), { record_delimiter: '\r\n' });
        const shown = (value: Cell) => {
          const plain = String(value ?? '');
          return typeof value === 'string' && /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
        };
        expect(back).toEqual([made.headings, ...made.rows].map((row) => row.map(shown)));
      }),
    );
  });
});

describe('JSON', () => {
  it('is an object a row, with null for what is missing', () => {
    expect(JSON.parse(asJson(table))).toEqual([
      { name: 'a,"b"', n: 1 },
      { name: 'c|d\ne', n: null },
    ]);
  });
});

describe('Markdown', () => {
  it('escapes bars and line breaks, and puts numbers on the right', () => {
    expect(asMarkdown(table)).toBe('| name | n |\n| --- | ---: |\n| a,"b" | 1 |\n| c\\|d e | – |');
  });

  it('leaves intervals and p as they are, and makes no link, emphasis or element of a text', () => {
    const rows = [['[−0.008, +0.067]', '< 0.001', '[a](b) *c* <b>']];
    expect(asMarkdown({ headings: [], rows }).split('\n')[2]).toBe(
      '| [−0.008, +0.067] | < 0.001 | [a\\](b) \\*c\\* \\<b> |',
    );
  });

  it('has a line a row and a cell a column whatever the texts', () => {
    fc.assert(
      fc.property(tables, (made) => {
        const lines = asMarkdown(made).split(/[\r\n]/);
        expect(lines).toHaveLength(made.rows.length + 2);
        for (const line of lines)
          // A bar that no backslash takes its meaning from parts two cells.
          expect(line.replace(/\\[^]/g, '').match(/\|/g)).toHaveLength(made.headings.length + 1);
      }),
    );
  });
});

describe('a text table', () => {
  it('aligns its columns and ends no line in spaces', () => {
    expect(
      asText({
        headings: [],
        rows: [
          ['a', '1', 'x'],
          ['long', '22'],
        ],
        alignment: ['left', 'right', 'left'],
      }),
    ).toBe('a      1  x\nlong  22');
    expect(asText(table)).toBe('name   n\na,"b"  1\nc|d\ne  –');
  });
});
