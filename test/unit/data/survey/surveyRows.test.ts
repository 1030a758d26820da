import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Row } from '../../../../src/data/format';
import { surveyRows, type SurveyQuestion } from '../../../../src/data/survey/surveyRows';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'survey-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const question = { keyOf: (row: Row) => String(row.text), label: 'label', samples: 2, mostRows: 100 };

describe('looking through a data file', () => {
  it('names the columns that it is asked about each of whose values comes with one label alone', async () => {
    const rows = Array.from({ length: 24 }, (_, i) => `text ${i},${'abc'[i % 3]},name of ${'abc'[i % 3]},${i % 2}`);
    const survey = (more: Partial<SurveyQuestion>) =>
      surveyRows(file('t.csv', `text,label,name,other\n${rows.join('\n')}\n`), {
        keyOf: ({ text }) => String(text),
        label: 'label',
        needed: ['text', 'name', 'other'],
        samples: 1,
        mostRows: 100,
        ...more,
      });
    expect((await survey({})).telling).toEqual(['name']);
    expect((await survey({ needed: ['text', 'other'] })).telling).toEqual([]);
    expect((await survey({ label: undefined })).telling).toEqual([]);
  });

  it('counts rows and labels, numbers distinct rows, and keeps the first', async () => {
    const survey = await surveyRows(file('a.csv', 'text,label\na,x\nb,y\na,x\nc,\n'), question);
    expect(survey).toEqual({
      rows: 4,
      columns: ['text', 'label'],
      labels: { x: 2, y: 1 },
      lacks: [],
      telling: [],
      truncated: false,
      repeats: new Map([['a', 1]]),
      keyLabels: ['x', 'y', undefined],
      keys: new Map([
        ['a', 0],
        ['b', 1],
        ['c', 3],
      ]),
      lengths: new Map([
        ['text', { ascii: Uint32Array.of(1, 1, 1, 1), other: new Uint32Array(4), filled: Uint8Array.of(1, 1, 1, 1) }],
        ['label', { ascii: Uint32Array.of(1, 1, 1, 0), other: new Uint32Array(4), filled: Uint8Array.of(1, 1, 1, 0) }],
      ]),
      samples: [
        { text: 'a', label: 'x' },
        { text: 'b', label: 'y' },
      ],
    });
  });

  it('stops at the most rows it may read and says so, only if there are more', async () => {
    const lines = Array.from({ length: 5 }, (_, row) => JSON.stringify({ text: row })).join('\n');
    expect(await surveyRows(file('a.jsonl', lines), { ...question, mostRows: 3 })).toMatchObject({
      rows: 3,
      truncated: true,
    });
    expect(await surveyRows(file('b.jsonl', lines), { ...question, mostRows: 5 })).toMatchObject({
      rows: 5,
      truncated: false,
    });
  });

  it('names the first row without a needed value, and counts the others', async () => {
    const text = '{"text":"a","label":"x"}\n\n{"label":"x"}\n{"text":null,"label":""}\n{"text":"","label":"x"}\n';
    const survey = await surveyRows(file('a.jsonl', text), { ...question, needed: ['text'], answer: 'label' });
    expect(survey.lacks).toEqual([
      { name: 'text', row: 1, line: 3, rows: 2 },
      { name: 'label', row: 2, line: 4, rows: 1 },
    ]);
  });

  it('takes a choice of no texts, marked in a passage or not, for no answer', async () => {
    const answers = [
      { text: ['x'], answer_start: [1] },
      { text: [], answer_start: [] },
      [],
      ['', 'x'],
      ['x', ''],
      { text: 'x' },
      [0],
    ];
    const path = file('a.jsonl', answers.map((label) => JSON.stringify({ text: 'a', label })).join('\n'));
    const { lacks } = await surveyRows(path, { ...question, answer: 'label' });
    expect(lacks).toEqual([{ name: 'label', row: 1, line: 2, rows: 3 }]);
  });

  it('looks at rows as they are read, where that is not as the file has them', async () => {
    const asRead = (row: Row): Row => ({ ...row, label: String(row.text).toUpperCase() });
    const path = file('a.jsonl', '{"text":"a"}\n{"text":"a"}\n');
    const survey = await surveyRows(path, { ...question, answer: 'label', asRead });
    expect(survey).toMatchObject({ labels: { A: 2 }, lacks: [], columns: ['text', 'label'] });
  });

  it('names the line of a broken row', async () => {
    await expect(surveyRows(file('a.jsonl', '{"text":1}\n{"text":'), question)).rejects.toMatchObject({
      code: 'data-syntax',
      location: { line: 2 },
    });
  });

  it('stops when it is told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('the next edit'));
    await expect(surveyRows(file('a.jsonl', '{"text":1}\n'), { ...question, signal: stop.signal })).rejects.toThrow(
      'the next edit',
    );
  });
});
