import { appendFile, mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { PredictionLine } from '../../../../src/runs/store/files/predictionLine';
import { openRowTable } from '../../../../src/comparison/rows/rowTable';
import { createRun } from '../../../../src/runs/store/runFolder';
import { record, temporaryFolder } from '../../../support/comparison/comparisons';

const line = (row: number, predicted: string): PredictionLine => ({
  row,
  input: `Größe ${row} – 寸法`,
  expected: 'ja',
  predicted,
  probabilities: { ja: 0.25, nein: 0.75 },
});

async function runFolder(name: string, text: string): Promise<string> {
  const folder = join(await temporaryFolder(), name);
  await mkdir(folder);
  await writeFile(join(folder, 'predictions.jsonl'), text);
  return folder;
}

const lines = (...all: readonly PredictionLine[]): string => all.map((one) => `${JSON.stringify(one)}\n`).join('');
const tableOf = (...folders: readonly string[]) =>
  openRowTable({
    token: 't',
    studies: folders.map((folder, i) => ({ key: `study ${i}`, name: '', folders: [folder] })),
  });

describe('the table of answers on disk', () => {
  it('comes in chunks, the first of them small, whose texts are those that each is the first to need', async () => {
    const folder = await runFolder(
      'a',
      lines(...Array.from({ length: 5000 }, (_, row) => line(row, `text ${row >> 1}`))),
    );
    const table = await tableOf(folder);
    const chunks = [await table.chunk(0), await table.chunk(500), await table.chunk(4500)];
    expect(chunks.map(({ from, inputs, total }) => [from, inputs.length, total])).toEqual([
      [0, 500, 5000],
      [500, 4000, 5000],
      [4500, 500, 5000],
    ]);
    expect(chunks[1]!.inputs[0]).toBe('Größe 500 – 寸法');
    const texts = chunks.flatMap((chunk) => chunk.texts);
    expect(chunks.flatMap(({ predicted }) => Array.from(predicted, (text) => texts[text]))).toEqual(
      Array.from({ length: 5000 }, (_, row) => `text ${row >> 1}`),
    );
    await expect(table.chunk(7)).rejects.toThrow('No chunk of the table begins at row 7.');
  });

  it('gives the same chunks to a page that begins again, and to one that asks for a later one first', async () => {
    const folder = await runFolder('a', lines(...Array.from({ length: 600 }, (_, row) => line(row, `text ${row}`))));
    const table = await tableOf(folder);
    const [later, first] = await Promise.all([table.chunk(500), table.chunk(0)]);
    expect(first.texts.length).toBe(501);
    expect(later.texts[0]).toBe('text 500');
    expect(await table.chunk(0)).toEqual(first);
  });

  it('gives the fields of JSON as the metric of the run compares them, and says what was cut off', async () => {
    const answer = { row: 0, input: 'x', expected: '{"a":"X"}', predicted: '{"a":"x"}', truncated: true };
    const details = [];
    for (const loose of [false, true]) {
      const { settings, ...made } = record(`r${loose}`, { status: 'done' });
      const metrics = [{ kind: 'json', name: 'json', loose }] as const;
      const run = { ...made, settings: { ...settings, metrics } };
      const folder = await createRun(await temporaryFolder(), run, { 'predictions.jsonl': [answer] });
      details.push(...(await (await tableOf(folder)).detail(0)).answers);
    }
    expect(details.map(({ fields, truncated }) => [fields?.wrong, truncated])).toEqual([
      [1, true],
      [0, true],
    ]);
  });

  it('reads for the detail of a row only the bytes of that row', async () => {
    const text = lines(line(0, 'ja'), line(1, 'nein'), line(2, 'ja'));
    const folder = await runFolder('a', text);
    const table = await tableOf(folder);
    const [begins, ends] = [Buffer.from(text).indexOf('{"row":1'), Buffer.from(text).indexOf('{"row":2')];
    const file = await open(join(folder, 'predictions.jsonl'), 'r+');
    await file.write('#'.repeat(begins), 0);
    await file.write('#'.repeat(Buffer.byteLength(text) - ends), ends);
    await file.close();
    expect(await table.detail(1)).toEqual({
      row: 1,
      input: 'Größe 1 – 寸法',
      expected: 'ja',
      alternatives: [],
      answers: [
        {
          study: 'study 0',
          run: 'a',
          predicted: 'nein',
          probabilities: [
            { label: 'ja', probability: 0.25 },
            { label: 'nein', probability: 0.75 },
          ],
          scores: [],
          fields: null,
          truncated: false,
        },
      ],
    });
    expect((await table.detail(2)).answers).toEqual([]);
  });

  it('copes with lines out of order, written otherwise, repeated, torn, and with runs without answers', async () => {
    const other = `{ "predicted": "ja", "expected": "ja", "input": "spaced", "row": 4 }\n`;
    const folder = await runFolder('a', lines(line(2, 'ja'), line(0, 'nein')) + other + lines(line(0, 'ja')));
    await appendFile(join(folder, 'predictions.jsonl'), '{"row":9,"input":"torn');
    const table = await tableOf(folder, join(folder, 'gone'), await runFolder('b', lines(line(1, 'nein'))));
    const { numbers, inputs, texts, predicted } = await table.chunk(0);
    expect([...numbers]).toEqual([0, 1, 2, 4]);
    expect(inputs).toEqual(['Größe 0 – 寸法', 'Größe 1 – 寸法', 'Größe 2 – 寸法', 'spaced']);
    expect(Array.from(predicted, (text) => texts[text] ?? null)).toEqual([
      'ja',
      null,
      'ja',
      'ja',
      null,
      null,
      null,
      null,
      null,
      'nein',
      null,
      null,
    ]);
    expect((await table.detail(4)).input).toBe('spaced');
  });
});
