import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { answerItems, lastItems, type TableChoice } from '../../../../src/views/newTemplate/model';
import { tablesIn } from '../../../../src/views/sidebar/dropOnTemplates';
import { readTable } from '../../../../src/workspace/templateFromTable';

const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-new-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, rows: (i: number) => string): string {
  const path = join(folder, name);
  writeFileSync(path, `id,message,desk\n${Array.from({ length: 20 }, (_, i) => rows(i)).join('\n')}\n`);
  return path;
}

const choice: TableChoice = { answers: ['desk'], model: 'builtin', held: { dev: 15, test: 15 }, as: 'shares' };

describe('the steps to a template of a table', () => {
  it('show each column with what it would be and some values, the likeliest answer first', async () => {
    const table = await readTable(write('a.csv', (i) => `${i},Letter ${i},${i % 3 ? 'bug' : 'post'}`));
    expect(answerItems(table)).toEqual([
      { label: 'desk', description: 'choice among 2 labels', detail: 'bug (13) · post (7)', column: 'desk' },
      {
        label: 'message',
        description: 'text',
        detail: 'Letter 0 · Letter 1 · Letter 2 · Letter 3 · Letter 4 …',
        column: 'message',
      },
      { label: 'id', description: 'text', detail: '0 · 1 · 2 · 3 · 4 …', column: 'id' },
      { label: '$(list-selection) Several Columns…', description: 'one JSON object of all', detail: '' },
    ]);
  });

  it('end with how rows are held out, and can change what is asked and of which model', async () => {
    const table = await readTable(write('b.csv', (i) => `${i},Letter ${i},${i % 3 ? 'bug' : 'post'}`));
    const labels = (given: TableChoice) => lastItems(table, given).map(({ label }) => label);
    expect(labels(choice)).toEqual([
      '$(check) Hold Out 15% each',
      '$(files) Write 15% each as Files',
      '$(edit) Other Shares…',
      '$(symbol-string) As a Text',
      '$(chip) Model',
    ]);
    expect(labels({ ...choice, kind: 'text' })).toContain('$(list-unordered) As a Choice');
    expect(labels({ ...choice, answers: ['message'] })).not.toContain('$(symbol-string) As a Text');
    expect(labels({ ...choice, held: { dev: 10, test: 20 } })[0]).toBe('$(check) Hold Out 10% for dev, 20% for test');
  });
});

describe('what is dropped onto the Templates view', () => {
  it('are the tables among the files', () => {
    expect(tablesIn('# two\r\nfile:///a/notes.md\r\nfile:///a/My%20rows.CSV\r\nfile:///a/b.tsv')).toEqual([
      'file:///a/My%20rows.CSV',
      'file:///a/b.tsv',
    ]);
    expect(tablesIn('file:///a/notes.md\n')).toEqual([]);
  });
});
