import { describe, expect, it } from 'vitest';
import type { Dataset, Row } from '../../../../src/data/dataset';
import { answeredRows } from '../../../../src/objective/rows/answeredRows';

const dataset = (rows: readonly Row[]): Dataset => ({
  path: 'rows.jsonl',
  columns: [...new Set(rows.flatMap((row) => Object.keys(row)))],
  repeatedColumns: [],
  rows: rows.length,
  sha256: '',
  read: (indices) => Promise.resolve(indices.map((index) => rows[index]!)),
  async *all() {
    yield* rows;
  },
  lineOf: (index) => index + 1,
  close: () => Promise.resolve(),
});

const question = { role: 'user', content: 'How was it?' };
const answer = { role: 'assistant', content: [{ type: 'text', text: 'good' }] };

describe('rows of messages', () => {
  it('have the last of the model as their answer, which is no message then', async () => {
    const rows = answeredRows(dataset([{ messages: [question, answer] }]), { name: 'mood' }, { isTable: false });
    expect(rows.columns).toContain('mood');
    expect(await rows.read([0])).toEqual([{ messages: [question], mood: 'good' }]);
    for await (const row of rows.all()) expect(row).toEqual({ messages: [question], mood: 'good' });
  });

  it.each([
    ['has the column', { messages: [question, answer], mood: 'bad' }],
    ['ends with a question', { messages: [answer, question] }],
    ['ends with what is no text', { messages: [question, { role: 'assistant', content: [{ type: 'image_url' }] }] }],
    ['has no list', { messages: 'good' }],
  ])('stay as they are where a row %s', async (_, row) => {
    expect(await answeredRows(dataset([row]), { name: 'mood' }, { isTable: false }).read([0])).toEqual([row]);
  });

  it('leave other files alone', () => {
    const plain = dataset([{ text: 'a', mood: 'good' }]);
    expect(answeredRows(plain, { name: 'mood' }, { isTable: false })).toBe(plain);
  });
});
