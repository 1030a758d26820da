import { mkdtempSync, openSync, closeSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { openDataset } from '../../../src/data/dataset';
import { createRowIndex } from '../../../src/data/rows/rowIndex';

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;
const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

const ROWS = 300_000;
const MEBIBYTE = 1024 * 1024;

/**
 * Bytes alive on the heap and in buffers, after full collections; the memory of a buffer is given back a turn after the
 * buffer.
 */
async function bytesAlive(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) {
    collectGarbage();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function writeRows(name: string, header: string, rowOf: (row: number) => string): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, header);
  for (let row = 0; row < ROWS; row += 1000)
    writeSync(file, Array.from({ length: 1000 }, (_, next) => rowOf(row + next)).join(''));
  closeSync(file);
  return path;
}

const words = 'what a row says does not stay in memory '.repeat(3);

describe('300,000 rows', () => {
  it.each([
    ['rows.jsonl', '', (row: number) => `{"text": "${row} ${words}", "label": "${row % 3}"}\n`],
    ['rows.csv', 'text,label\n', (row: number) => `"${row} ${words}",${row % 3}\n`],
  ])('of %s are opened and gone through in a fraction of their size', async (name, header, rowOf) => {
    const path = writeRows(name, header, rowOf);
    expect(statSync(path).size).toBeGreaterThan(35 * MEBIBYTE);
    const before = await bytesAlive();
    const dataset = await openDataset(path);
    expect((await bytesAlive()) - before).toBeLessThan(16 * MEBIBYTE);

    let row = 0;
    let wrong = 0;
    for await (const { text } of dataset.all()) {
      if (row % 100_000 === 50_000) expect((await bytesAlive()) - before).toBeLessThan(24 * MEBIBYTE);
      if (text !== `${row} ${words}`) wrong++;
      row++;
    }
    expect([row, wrong]).toEqual([ROWS, 0]);
    expect(await dataset.read([ROWS - 1])).toEqual([{ text: `${ROWS - 1} ${words}`, label: `${(ROWS - 1) % 3}` }]);
    await dataset.close();
  });
});

describe('the row index', () => {
  it('holds at most 32 bytes a row, offsets beyond 4 GiB included', () => {
    const index = createRowIndex();
    const span = (row: number) => ({ start: 2 ** 40 + row * 100, end: 2 ** 40 + row * 100 + 99, line: row + 2 });
    for (let row = 0; row < 200_000; row++) index.add(span(row));
    expect(index.bytes() / index.rows()).toBeLessThanOrEqual(32);
    for (const row of [0, 1023, 1024, 199_999]) expect(index.span(row)).toEqual(span(row));
  });
});
