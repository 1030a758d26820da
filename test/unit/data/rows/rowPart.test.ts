import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../../src/data/dataset';
import { evenSeed } from '../../../../src/data/rows/evenSeed';
import { openPart, partAt, placeOfKey, type PartName, type RowPart } from '../../../../src/data/rows/rowPart';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-part-'));
afterAll(() => rmSync(folder, { recursive: true }));

const parts: readonly PartName[] = ['train', 'dev', 'test'];
const by = (take: PartName, more: Partial<RowPart> = {}): RowPart => ({
  take,
  dev: 20,
  test: 20,
  seed: 1,
  key: { names: ['text'] },
  answer: 'label',
  ...more,
});
type TextRow = Readonly<Record<string, unknown>>;
const partOf = (row: TextRow, more: Partial<RowPart> = {}) => parts.filter((take) => openPart(by(take, more))(row));

function table(name: string, rows: readonly (readonly [string, string])[]): string {
  const path = join(folder, name);
  writeFileSync(path, `text,label\n${rows.map((row) => row.join(',')).join('\n')}\n`);
  return path;
}

async function texts(path: string, take: PartName): Promise<readonly unknown[]> {
  const dataset = await openDataset(path, { part: by(take) });
  try {
    const all: unknown[] = [];
    for await (const { text } of dataset.all()) all.push(text);
    const indices = all.map((_, index) => index);
    expect((await dataset.read(indices)).map(({ text }) => text)).toEqual(all);
    expect(dataset.rows).toBe(all.length);
    return all;
  } finally {
    await dataset.close();
  }
}

const rows = Array.from({ length: 60 }, (_, i) => [`text ${i}`, i % 3 ? 'a' : 'b'] as const);

describe('dividing the rows of a file', () => {
  it('gives each row to exactly one part, by its inputs alone', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.nat(), (text, label, seed) => {
        const here = partOf({ text, label }, { seed });
        expect(here).toHaveLength(1);
        expect(partOf({ label: 'other', text: ` ${text}\t`, id: 7 }, { seed })).toEqual(here);
      }),
    );
  });

  it('takes about the share that is asked for, of ten thousand rows within half a percent', () => {
    for (const seed of [0, 1, 2, 2 ** 40]) {
      const places = Array.from({ length: 10_000 }, (_, i) =>
        partAt(placeOfKey([i, i * 7919], seed), { dev: 10, test: 20 }),
      );
      expect(Math.abs(places.filter((part) => part === 'dev').length / 10_000 - 0.1)).toBeLessThan(0.01);
      expect(Math.abs(places.filter((part) => part === 'test').length / 10_000 - 0.2)).toBeLessThan(0.01);
    }
  });

  it('holds a row out for good: more rows, another order and a larger share move none from test', async () => {
    const before = await texts(table('before.csv', rows), 'test');
    const more = Array.from({ length: 60 }, (_, i) => [`another ${i}`, 'c'] as const);
    const after = await texts(table('after.csv', [...more, ...[...rows].reverse()]), 'test');
    expect(before.length).toBeGreaterThan(0);
    expect(after).toEqual(expect.arrayContaining([...before]));
    const larger = rows.filter(([text]) => partOf({ text }, { test: 40 })[0] === 'test').map(([text]) => text);
    expect(larger).toEqual(expect.arrayContaining([...before]));
  });

  it('reads the parts of a file as data of their own, each with a hash of its rows', async () => {
    const path = table('parts.csv', rows);
    const read = await Promise.all(parts.map((take) => texts(path, take)));
    expect([...read.flat()].sort()).toEqual(rows.map(([text]) => text).sort());
    const opened = await Promise.all(parts.map((take) => openDataset(path, { part: by(take) })));
    expect(new Set(opened.map(({ sha256 }) => sha256)).size).toBe(3);
    const [first] = read[2]!;
    expect(opened[2]!.lineOf(0)).toBe(rows.findIndex(([text]) => text === first) + 2);
    await Promise.all(opened.map((dataset) => dataset.close()));
    const trained = rows.filter(([text]) => partOf({ text })[0] === 'train');
    const added = await openDataset(table('parts.csv', [...rows, trained[0]!]), { part: by('test') });
    expect(added.sha256).toBe(opened[2]!.sha256);
    await added.close();
  });

  it('says that no row falls to a part', async () => {
    const path = table('few.csv', [['one', 'a']]);
    const lacking = parts.filter((take) => !openPart(by(take))({ text: 'one' }));
    await expect(openDataset(path, { part: by(lacking[0]!) })).rejects.toMatchObject({
      code: 'data-split',
      message: `No row of the file falls to ${lacking[0]}.`,
      location: { file: path },
    });
  });

  it('keeps conversations together that only differ in the answer', () => {
    const key = { names: ['messages'] };
    const asked = { role: 'user', content: 'How late is it?' };
    const answered = (content: string) => ({ messages: [asked, { role: 'assistant', content }] });
    for (let seed = 0; seed < 20; seed++)
      expect(partOf(answered('Nine.'), { key, seed })).toEqual(partOf(answered('Ten.'), { key, seed }));
  });
});

describe('the seed that divides most evenly', () => {
  it('holds out of each label nearly what is asked', () => {
    const groups = rows.map(([text, label]) => ({ key: JSON.stringify([text]), label, rows: 1 }));
    const held = { dev: 15, test: 15 };
    const seed = evenSeed(groups, held);
    for (const label of ['a', 'b'])
      for (const part of ['dev', 'test'] as const) {
        const own = rows.filter((row) => row[1] === label);
        const got = own.filter(([text]) => partOf({ text }, { ...held, seed })[0] === part).length;
        expect(Math.abs(got - own.length * 0.15)).toBeLessThan(1.6);
      }
  });
});
