import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataset, type Row } from '../../../src/data/dataset';
import { readColumns } from '../../../src/data/survey/readColumns';
import { Failure } from '../../../src/failure';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-data-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function rowsOf(path: string): Promise<readonly Row[]> {
  const dataset = await openDataset(path);
  try {
    const streamed: Row[] = [];
    for await (const row of dataset.all()) streamed.push(row);
    const backwards = streamed.map((_, index) => index).reverse();
    expect([...(await dataset.read(backwards))].reverse()).toEqual(streamed);
    expect(dataset.rows).toBe(streamed.length);
    return streamed;
  } finally {
    await dataset.close();
  }
}

async function linesOf(path: string): Promise<number[]> {
  const dataset = await openDataset(path);
  await dataset.close();
  return Array.from({ length: dataset.rows }, (_, index) => dataset.lineOf(index));
}

/** The failure that opening a file ends in, as code and location. */
async function failureOf(name: string, content: string | Buffer) {
  const path = write(name, content);
  const error = await openDataset(path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  const { code, location, message, remedy } = error as Failure;
  expect(location.file).toBe(path);
  expect(remedy).toBeTruthy();
  return { code, line: location.line, column: location.column, message };
}

const text = fc.string({
  unit: fc.oneof(
    { arbitrary: fc.constantFrom('"', ',', '\t', '\n', '\r\n', '\r', '😀', 'é', ' ', '\\', '[', '}'), weight: 2 },
    { arbitrary: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }), weight: 3 },
  ),
  maxLength: 12,
});
const bom = fc.constantFrom('', '\ufeff');
const lineEnd = fc.constantFrom('\n', '\r\n');
const trailing = fc.constantFrom(0, 1, 3);

describe('reading back what was written', () => {
  const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;

  it.each([
    [',', 'csv'],
    ['\t', 'tsv'],
  ])('holds for columns separated by %j, whatever they contain', async (delimiter, extension) => {
    const table = fc.integer({ min: 1, max: 4 }).chain((width) =>
      fc.record({
        header: fc.uniqueArray(
          text.filter((name) => name.trim() !== ''),
          { minLength: width, maxLength: width },
        ),
        rows: fc.array(fc.array(text, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 8 }),
        bare: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(table, bom, lineEnd, trailing, async (...[{ header, rows, bare }, mark, end, blanks]) => {
        const field = (value: string) => (bare && /^[^",\t\r\n]+$/.test(value) ? value : quoted(value));
        const lines = [header, ...rows].map((fields) => fields.map(field).join(delimiter));
        const path = write(`property.${extension}`, mark + lines.join(end) + end.repeat(blanks));
        expect(await rowsOf(path)).toEqual(
          rows.map((fields) => Object.fromEntries(fields.map((value, column) => [header[column], value]))),
        );
        expect((await readColumns(path)).names).toEqual(header);
      }),
      { numRuns: 150 },
    );
  });

  const jsonRows = fc
    .array(fc.dictionary(text, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 4 }), { minLength: 1, maxLength: 8 })
    .map((rows) => JSON.parse(JSON.stringify(rows)) as Row[]);
  const columnsIn = (rows: readonly Row[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))];

  it('holds for JSON lines with blank lines and indentation between them', async () => {
    await fc.assert(
      fc.asyncProperty(jsonRows, bom, lineEnd, trailing, async (...[rows, mark, end, blanks]) => {
        const path = write(
          'property.jsonl',
          mark + rows.map((row) => `  ${JSON.stringify(row)}\t`).join(end + end) + end.repeat(blanks),
        );
        expect(await rowsOf(path)).toEqual(rows);
        expect((await readColumns(path)).names).toEqual(columnsIn(rows));
      }),
      { numRuns: 150 },
    );
  });

  it('holds for a JSON array, compact or indented', async () => {
    await fc.assert(
      fc.asyncProperty(jsonRows, bom, fc.constantFrom(0, 2), trailing, async (...[rows, mark, indent, blanks]) => {
        const path = write('property.json', mark + JSON.stringify(rows, null, indent) + '\n'.repeat(blanks));
        expect(await rowsOf(path)).toEqual(rows);
        expect((await readColumns(path)).names).toEqual(columnsIn(rows));
      }),
      { numRuns: 150 },
    );
  });

  it.each(['csv', 'tsv', 'jsonl', 'json'])(
    'holds where rows and their quotes straddle the pieces a long .%s is read in',
    async (extension) => {
      const rows = Array.from({ length: 9000 }, (_, row) => ({
        text: `${row} "é😀"\r\n,\t${'x'.repeat(row % 83)}`,
        label: `${row % 7}`,
      }));
      const delimiter = extension === 'csv' ? ',' : '\t';
      const content =
        {
          jsonl: () => rows.map((row) => JSON.stringify(row)).join('\r\n'),
          json: () => JSON.stringify(rows, null, 1),
        }[extension] ??
        (() =>
          ['text' + delimiter + 'label', ...rows.map((row) => quoted(row.text) + delimiter + row.label)].join('\r\n'));
      const path = write(`long.${extension}`, content());
      const dataset = await openDataset(path);
      const streamed: Row[] = [];
      for await (const row of dataset.all()) streamed.push(row);
      expect(streamed).toEqual(rows);
      expect(await dataset.read([8999, 0, 4321, 4321])).toEqual([rows[8999], rows[0], rows[4321], rows[4321]]);
      await dataset.close();
    },
  );
});

describe('a dataset', () => {
  it('knows the columns, the rows, the hash of the file and the line of each row', async () => {
    const content = '\ufefftext,label\r\n\r\n"two\r\nlines",a\r\nplain,b\r\n\r\n';
    const path = write('known.csv', content);
    const dataset = await openDataset(path);
    await dataset.close();
    expect(dataset).toMatchObject({
      path,
      columns: ['text', 'label'],
      rows: 2,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect([dataset.lineOf(0), dataset.lineOf(1)]).toEqual([3, 5]);
  });

  it('counts the lines of JSON rows with the blank ones', async () => {
    expect(await linesOf(write('lines.jsonl', '\n{"a":1}\n\n{"a":2}\n'))).toEqual([2, 4]);
    expect(await linesOf(write('lines.json', '[{"a":1}, {"a":2},\n\n  {\n"a":3}]'))).toEqual([1, 1, 3]);
  });

  it('collects the columns of JSON rows in order of first appearance', async () => {
    const dataset = await openDataset(write('columns.jsonl', '{"b":1}\n{"a":1,"b":2}\n'));
    await dataset.close();
    expect(dataset.columns).toEqual(['b', 'a']);
    expect((await readColumns(dataset.path)).names).toEqual(['b', 'a']);
  });

  it('keeps a column named __proto__ as a column', async () => {
    const [row] = await rowsOf(write('proto.csv', '__proto__,a\nx,y\n'));
    expect(Object.entries(row!)).toEqual([
      ['__proto__', 'x'],
      ['a', 'y'],
    ]);
  });

  it('takes a quote inside a bare TSV value as text', async () => {
    expect(await rowsOf(write('bare.tsv', 'text\tlabel\nHe said "hi"\t5" nail\n"quoted" then not\tb\n'))).toEqual([
      { text: 'He said "hi"', label: '5" nail' },
      { text: '"quoted" then not', label: 'b' },
    ]);
  });

  it('refuses to read rows from a file that was changed since', async () => {
    const dataset = await openDataset(write('changed.jsonl', '{"a":1}\n'));
    appendFileSync(dataset.path, '{"a":2}\n');
    await expect(dataset.read([0])).rejects.toMatchObject({ code: 'data-changed', location: { file: dataset.path } });
    await expect(dataset.all()[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'data-changed' });
    await dataset.close();
  });

  it('has no row beyond its last', async () => {
    const dataset = await openDataset(write('range.jsonl', '{"a":1}\n'));
    for (const row of [-1, 1, 0.5]) {
      expect(() => dataset.lineOf(row)).toThrow(RangeError);
      await expect(dataset.read([row])).rejects.toThrow(RangeError);
    }
    await dataset.close();
  });
});

describe('what cannot be read says where and why', () => {
  it('when the file is missing or a folder', async () => {
    const missing = join(folder, 'none.csv');
    await expect(openDataset(missing)).rejects.toMatchObject({ code: 'data-missing', location: { file: missing } });
    await expect(readColumns(missing)).rejects.toMatchObject({ code: 'data-missing' });
    mkdirSync(join(folder, 'folder.csv'));
    await expect(openDataset(join(folder, 'folder.csv'))).rejects.toMatchObject({ code: 'data-missing' });
  });

  it('when the extension is unknown, naming those that work', async () => {
    await expect(openDataset('rows.xlsx')).rejects.toMatchObject({
      code: 'data-format',
      message: expect.stringContaining('.xlsx'),
      remedy: expect.stringContaining('.jsonl, .ndjson, .json, .csv, .tsv'),
    });
    await expect(openDataset('constructor')).rejects.toMatchObject({ code: 'data-format' });
  });

  it.each([
    ['csv', ''],
    ['csv', 'text,label\n'],
    ['tsv', '\n\n'],
    ['jsonl', '\n \n'],
    ['json', ' [ ] '],
    ['json', ''],
  ])('when a .%s has no rows: %j', async (extension, content) => {
    expect(await failureOf(`empty.${extension}`, content)).toMatchObject({ code: 'data-empty' });
  });

  it.each([
    ['broken.jsonl', '{"a":1}\n\n  {"a":2,}\n', 'data-syntax', 3, 10],
    ['open.jsonl', '{"a":1}\n{"a":2', 'data-syntax', 2, 7],
    ['token.jsonl', '{"a":1}\n{"a":oh}\n', 'data-syntax', 2, 1],
    ['array.jsonl', '{"a":1}\n[1]\n', 'data-syntax', 2, 1],
    ['null.jsonl', 'null', 'data-syntax', 1, 1],
    ['object.json', '\n {"a":1}', 'data-syntax', 2, 2],
    ['element.json', '[\n  {\n    "a": 1,\n    b: 2\n  }\n]', 'data-syntax', 4, 5],
    ['number.json', '[{"a":1}, 2]', 'data-syntax', 1, 11],
    ['trailing.json', '[{"a":1},\n]', 'data-syntax', 2, 1],
    ['double.json', '[{"a":1},,{"a":2}]', 'data-syntax', 1, 10],
    ['after.json', '[{"a":1}]\n{}', 'data-syntax', 2, 1],
    ['unclosed.json', '[{"a":1},\n {"a":2}', 'data-syntax', 2, 2],
    ['unclosedRow.json', '[{"a":1},\n{"a":2,\n{"a":3}\n]', 'data-syntax', 2, 1],
    ['accent.json', '[{"é":1}, 2]', 'data-syntax', 1, undefined],
    ['quote.csv', 'a,b\n1,2\n3,"4\n5,6\n', 'data-syntax', 3, undefined],
    ['after.csv', 'a,b\n"1"x,2\n', 'data-syntax', 2, undefined],
    ['few.csv', 'a,b\r\n"1\r\n\r\n1",2\r\n3\r\n', 'data-columns', 5, undefined],
    ['many.tsv', 'a\tb\n1\t2\t3\n', 'data-columns', 2, undefined],
    ['inner.csv', 'a,b\n1,2\n"say "hi" to me",3\n', 'data-syntax', 3, undefined],
  ])('when it is broken as in %s: %j', async (...[name, content, code, line, column]) => {
    const failure = await failureOf(name, content);
    expect({ code: failure.code, line: failure.line, column: failure.column }).toEqual({ code, line, column });
  });

  it('when the bytes are not UTF-8', async () => {
    expect(await failureOf('latin.csv', Buffer.from('a\nx\ncaf\xe9\n', 'latin1'))).toMatchObject({
      code: 'data-syntax',
      line: 3,
    });
    expect(await failureOf('latin.jsonl', Buffer.from('{"a":"caf\xe9"}', 'latin1'))).toMatchObject({
      code: 'data-syntax',
      line: 1,
    });
    expect(await failureOf('wide.csv', Buffer.from('a\nx\n', 'utf16le'))).toMatchObject({
      code: 'data-syntax',
      line: 1,
      message: expect.stringContaining('utf-16le'),
    });
  });

  it("in one sentence of the reason, without the parser's offsets", async () => {
    expect((await failureOf('reason.jsonl', '{"a" 1}')).message).toBe(
      "The row is not valid JSON: expected ':' after property name.",
    );
    expect((await failureOf('reason.jsonl', '{"a": oh}')).message).toBe(
      "The row is not valid JSON: unexpected token 'o'.",
    );
  });

  it('when a row never ends, before it fills the memory', async () => {
    const endless = `a,b\n1,2\n3,"${'x'.repeat(17 * 1024 * 1024)}`;
    expect(await failureOf('endless.csv', endless)).toMatchObject({
      code: 'data-syntax',
      line: 3,
      message: expect.stringContaining('16 MiB'),
    });
  });
});
