import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/data/dataset';
import { guessEncoding } from '../../../../src/data/encoding/guessEncoding';
import { encodingNamed } from '../../../../src/data/encoding/textEncoding';
import { type EncodingName } from '../../../../src/data/encoding/encodingNames';
import { readColumns } from '../../../../src/data/survey/readColumns';
import { readEncoding, readSeparator, type TextFormat } from '../../../../src/data/table/tableFormat';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-tables-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The rows of a file, read in order and one by one, with the line of each. */
async function read(path: string, how: TextFormat = {}) {
  const dataset = await openDataset(path, how);
  try {
    const rows = [];
    for await (const row of dataset.all()) rows.push(row);
    expect(await dataset.read(rows.map((_, index) => index))).toEqual(rows);
    const lines = rows.map((_, index) => dataset.lineOf(index));
    return { rows, lines, columns: dataset.columns, repeated: dataset.repeatedColumns };
  } finally {
    await dataset.close();
  }
}

describe('a table', () => {
  it('of an old Mac ends its lines with carriage returns', async () => {
    expect(await read(write('mac.csv', 'text,label\r"a, b",pos\r"c\rd",neg\r\re,pos\r'))).toMatchObject({
      rows: [
        { text: 'a, b', label: 'pos' },
        { text: 'c\rd', label: 'neg' },
        { text: 'e', label: 'pos' },
      ],
      lines: [2, 3, 6],
    });
    expect((await read(write('mac.jsonl', '{"a":1}\r\r{"a":2}\r'))).lines).toEqual([1, 3]);
    expect((await read(write('mac.json', '[{"a":1},\r{"a":2}\r]'))).lines).toEqual([1, 2]);
  });

  it('keeps a lone carriage return inside a value where lines end with line feeds', async () => {
    expect((await read(write('return.tsv', 'text\tlabel\r\na\rb\tpos\r\n'))).rows).toEqual([
      { text: 'a\rb', label: 'pos' },
    ]);
  });

  it('reads alike whatever ends its lines, in pieces of any size', async () => {
    const rows = Array.from({ length: 4000 }, (_, row) => [`${row}, "é"`, 'x'.repeat(row % 97)]);
    const quoted = (value: string) => `"${value.replaceAll('"', '""')}"`;
    const lines = ['text,label', ...rows.map((row) => row.map(quoted).join(','))];
    for (const end of ['\n', '\r\n', '\r']) {
      const { rows: found, lines: numbers } = await read(write('ends.csv', lines.join(end) + end));
      expect(found.map(({ text, label }) => [text, label])).toEqual(rows);
      expect(numbers).toEqual(rows.map((_, row) => row + 2));
    }
  });

  it('may have columns without a name, or two of one name, and reads the others', async () => {
    expect(await read(write('trail.csv', 'text,label,,\na,pos,,\nb,neg,x,\n'))).toMatchObject({
      columns: ['text', 'label'],
      repeated: [],
      rows: [
        { text: 'a', label: 'pos' },
        { text: 'b', label: 'neg' },
      ],
    });
    const twice = write('twice.csv', 'text,note,label,note\na,x,pos,y\n');
    expect(await read(twice)).toMatchObject({
      columns: ['text', 'label'],
      repeated: ['note'],
      rows: [{ text: 'a', label: 'pos' }],
    });
    expect((await readColumns(twice)).names).toEqual(['text', 'label']);
  });

  it('may end a row with separators that the header lacks, but not with values', async () => {
    expect((await read(write('longer.csv', 'text,label\na,pos,,\n'))).rows).toEqual([{ text: 'a', label: 'pos' }]);
    await expect(openDataset(write('value.csv', 'text,label\na, b,pos\n'))).rejects.toMatchObject({
      code: 'data-columns',
      location: { line: 2 },
    });
  });

  it('takes a quote inside a bare value as text, and refuses text behind a closing quote', async () => {
    expect((await read(write('bare.csv', 'text,label\nshe said "hi" to me,pos\n5" nail,neg\n'))).rows).toEqual([
      { text: 'she said "hi" to me', label: 'pos' },
      { text: '5" nail', label: 'neg' },
    ]);
    await expect(openDataset(write('behind.csv', 'text,label\na,pos\n"she said "hi"",pos\n'))).rejects.toMatchObject({
      code: 'data-syntax',
      location: { line: 3 },
    });
  });

  it.each([';', '|', '\t', ', ', '; '])('is cut at the separator %j that is set', async (separator) => {
    const path = write('cut.txt', [`text${separator}label`, `"a${separator}b"${separator}pos`, ''].join('\n'));
    expect((await read(path, { separator })).rows).toEqual([{ text: `a${separator}b`, label: 'pos' }]);
  });

  it('without a header has the columns that are listed', async () => {
    const path = write('headless.tsv', 'pos\ta nice film\tx\nneg\ta dull film\ty\n');
    expect(await read(path, { columns: ['label', 'text', ''] })).toMatchObject({
      columns: ['label', 'text'],
      rows: [
        { label: 'pos', text: 'a nice film' },
        { label: 'neg', text: 'a dull film' },
      ],
      lines: [1, 2],
    });
    await expect(openDataset(path, { columns: ['label', 'text'] })).rejects.toMatchObject({
      code: 'data-columns',
      message: 'The row has 3 fields, and tune.data lists 2 columns.',
      location: { line: 1 },
    });
  });

  it('whose header is listed once more is refused, for it would become a row', async () => {
    await expect(
      openDataset(write('header.csv', 'text,label\na,pos\n'), { columns: ['text', 'label'] }),
    ).rejects.toMatchObject({ code: 'data-columns', location: { line: 1 } });
  });

  it('is refused columns and a separator where it is JSON', async () => {
    const path = write('rows.jsonl', '{"a":1}\n');
    await expect(openDataset(path, { separator: ';' })).rejects.toMatchObject({ code: 'data-format' });
    await expect(openDataset(path, { columns: ['a'] })).rejects.toMatchObject({ code: 'data-format' });
  });

  it('of very many columns is read in a time that grows with their number', async () => {
    const width = 150_000;
    const header = Array.from({ length: width }, (_, column) => `c${column}`).join(',');
    const { columns } = await read(write('wide.csv', `${header}\n${'x,'.repeat(width - 1)}x\n`));
    expect(columns).toHaveLength(width);
  });
});

/** Bytes of letters, by Python's codecs. */
const codePages: Partial<Record<EncodingName, Readonly<Record<string, number>>>> = {
  'windows-1250': { ě: 0xec, Š: 0x8a },
  'windows-1251': { ж: 0xe6, Я: 0xdf },
  'windows-1252': { é: 0xe9, '“': 0x93, '”': 0x94, '€': 0x80, ï: 0xef },
  // Some whose second byte is that of a bracket, a bar or a backslash.
  gb18030: { 质: 0xd6ca, 乗: 0x815c, 亄: 0x817b, 亅: 0x817c, '，': 0xa3ac, 𠀀: 0x95328236 },
  big5: { 質: 0xbde8, 功: 0xa55c, 育: 0xa87c },
  shift_jis: { が: 0x82aa, ソ: 0x835c, ボ: 0x837b, ポ: 0x837c, ｶ: 0xb6 },
  'euc-jp': { が: 0xa4ac, 質: 0xbcc1 },
  'euc-kr': { 품: 0xc7b0, 질: 0xc1fa },
};

function encode(text: string, name: EncodingName): Buffer {
  if (name === 'utf-8' || name === 'latin1') return Buffer.from(text, name === 'utf-8' ? 'utf8' : 'latin1');
  const little = Buffer.from(text, 'utf16le');
  if (name === 'utf-16le') return little;
  if (name === 'utf-16be') return little.swap16();
  const bytesOf = (letter: string): readonly number[] => {
    const code = codePages[name]![letter] ?? letter.charCodeAt(0);
    return [24, 16, 8, 0].map((shift) => (code >>> shift) & 0xff).filter((byte, i) => byte > 0 || i === 3);
  };
  return Buffer.from([...text].flatMap(bytesOf));
}

describe('the encoding of a file', () => {
  const letters: Readonly<Record<EncodingName, string>> = {
    'utf-8': 'aé"😀ж,\n',
    'utf-16le': 'aé"😀ж,\nĊ∬',
    'utf-16be': 'aé"😀ж,\nĊ∬',
    latin1: 'aéÿ",\n',
    'windows-1250': 'aěŠ",\n',
    'windows-1251': 'aжЯ",\n',
    'windows-1252': 'aé“€",\n',
    gb18030: 'a质乗亄亅𠀀，",|{\n',
    big5: 'a質功育",|\n',
    shift_jis: 'aがソボポｶ",|[\n',
    'euc-jp': 'aが質",\n',
    'euc-kr': 'a품질",\n',
  };

  it.each(Object.entries(letters) as [EncodingName, string][])(
    'is %s where that is set, for every text',
    async (encoding, alphabet) => {
      const value = fc.string({ unit: fc.constantFrom(...alphabet), maxLength: 8 });
      const table = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(table, async (rows) => {
          const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
          const text = ['text;label', ...rows.map((row) => row.map(quoted).join(';'))].join('\n');
          const path = write('encoded.csv', encode(text, encoding));
          expect((await read(path, { encoding, separator: ';' })).rows).toEqual(
            rows.map(([first, second]) => ({ text: first, label: second })),
          );
          const json = rows.map(([first]) => JSON.stringify({ text: first })).join('\n');
          expect((await read(write('encoded.jsonl', encode(json, encoding)), { encoding })).rows).toEqual(
            rows.map(([first]) => ({ text: first })),
          );
        }),
        { numRuns: 40 },
      );
    },
  );

  it.each(['utf-8', 'utf-16le', 'utf-16be'] as const)('is %s where its byte order mark says so', async (name) => {
    const path = write('marked.csv', encode('\ufefftext,label\nžluť,1\n'.repeat(1), name));
    expect(await read(path)).toMatchObject({ columns: ['text', 'label'], rows: [{ text: 'žluť', label: '1' }] });
    await expect(openDataset(path, { encoding: 'latin1' })).rejects.toMatchObject({
      code: 'data-syntax',
      message: `The file begins with the byte order mark of ${name}, and tune.data names latin1.`,
    });
  });

  it('is read across the pieces of a long file', async () => {
    const rows = Array.from({ length: 30_000 }, (_, row) => `${row} žluťoučký`);
    const path = write('long.csv', encode(`\ufefftext\n${rows.join('\n')}`, 'utf-16be'));
    expect((await read(path)).rows.map(({ text }) => text)).toEqual(rows);
  });

  it('is guessed from bytes that are not UTF-8', () => {
    expect(guessEncoding(Buffer.from('café'))).toBeUndefined();
    expect(guessEncoding(Buffer.from('café').subarray(0, 4), true)).toBeUndefined();
    expect(guessEncoding(encode('café, naïve', 'latin1'))).toBe('latin1');
    expect(guessEncoding(encode('“café”', 'windows-1252'))).toBe('windows-1252');
    expect(guessEncoding(encode('text,label', 'utf-16le'))).toBe('utf-16le');
    expect(guessEncoding(encode('text,label', 'utf-16be'))).toBe('utf-16be');
  });

  it.each([
    ['gb18030', '质量很好，物流也快', 'd6cac1bfbadcbac3a3acceefc1f7d2b2bfec'],
    ['big5', '質量很好，物流也快', 'bde8b671abdca66ea141aaabac79a45da7d6'],
    ['shift_jis', '品質が良く、配送も早い。', '95698ebf82aa97c782ad8141947a919782e0918182a28142'],
    ['euc-jp', '品質が良く、配送も早い。', 'c9cabcc1a4accec9a4afa1a2c7dbc1f7a4e2c1e1a4a4a1a3'],
    ['euc-kr', '품질이 좋고 배송도 빨라요', 'c7b0c1fac0cc20c1c1b0ed20b9e8bcdbb5b520bba1b6f3bfe4'],
    ['windows-1251', 'Привет, очень рад', 'cff0e8e2e5f22c20eef7e5edfc20f0e0e4'],
  ] as const)('is guessed to be %s of a text that begins with ASCII', (name, text, hex) => {
    const bytes = Buffer.concat([Buffer.from('text,label\n1,'), Buffer.from(hex, 'hex')]);
    expect(encodingNamed(name).decode(Buffer.from(hex, 'hex'))).toBe(text);
    expect(guessEncoding(bytes)).toBe(name);
    expect(guessEncoding(bytes.subarray(0, -1), true)).toBe(name);
  });

  it.each([
    ['gb18030', '好评', 'bac3c6c0'],
    ['euc-kr', '좋다', 'c1c1b4d9'],
  ] as const)('is told to be %s by its frequent letters where the bytes would be text of two: %s', (name, _, hex) => {
    expect(
      guessEncoding(Buffer.from(`${'prediction\n'}`.concat(Buffer.from(hex, 'hex').toString('latin1')), 'latin1')),
    ).toBe(name);
  });

  it.each([
    ['two Korean words that are as much Chinese', 'b1e0c1a4'],
    ['Greek in Windows-1253', 'cae1ebe7ecddf1e120eafcf3ece5'],
    ['Hebrew in Windows-1255', 'f9ece5ed20f2e5ece5ed'],
    ['Russian in KOI8-R', 'f0d2c9d7c5d420cdc9d2'],
  ])('is not guessed where nothing here tells it: %s', (_, hex) => {
    expect(guessEncoding(Buffer.from(hex, 'hex'))).toBeUndefined();
  });

  it('is that of accents among Latin letters, also where two stand together', () => {
    expect(guessEncoding(encode('Grüße, Füße', 'latin1'))).toBe('latin1');
  });

  it('is said where a row is not in it', async () => {
    await expect(openDataset(write('latin.csv', encode('text\na\ncafé\n', 'latin1')))).rejects.toMatchObject({
      code: 'data-syntax',
      message: 'The row is not UTF-8 text; it looks like latin1.',
      location: { line: 3 },
    });
    await expect(
      openDataset(write('cut.csv', Buffer.from('\ufefftext\na', 'utf16le').subarray(0, 11))),
    ).rejects.toThrow('ends in the middle of a character');
    expect(encodingNamed('utf-16le').decode(Buffer.from([0, 0xd8]))).toBeUndefined();
    // 갵 is one of those that only Microsoft's extension of it has.
    expect(encodingNamed('euc-kr').decode(Buffer.from([0x81, 0x61]))).toBeUndefined();
  });
});

describe('what is written of a table', () => {
  it('may name an encoding as people do', () => {
    const written = ['UTF8', 'latin-1', 'ISO-8859-1', 'cp1252', 'utf_16le', 'GBK', 'Shift_JIS', 'cp950', 'ascii?'];
    expect(written.map(readEncoding)).toEqual([
      'utf-8',
      'latin1',
      'latin1',
      'windows-1252',
      'utf-16le',
      'gb18030',
      'shift_jis',
      'big5',
      undefined,
    ]);
  });

  it('may name a separator alone or with a space behind it', () => {
    expect(readSeparator(', ')).toEqual({ character: ',', skipsSpaces: true });
    expect(['a', '', ',,', '\t '].map(readSeparator)).toEqual([
      undefined,
      undefined,
      undefined,
      { character: '\t', skipsSpaces: true },
    ]);
  });
});
