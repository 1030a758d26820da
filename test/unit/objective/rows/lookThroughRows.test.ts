import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { encodeRow, encodeRows, longestAnswer } from '../../../../src/objective/example';
import { lookThroughRows } from '../../../../src/objective/rows/lookThroughRows';
import { prepareTask, type Task } from '../../../../src/objective/task';
import { closeTask } from '../../../../src/objective/rows/splits';
import { mostTokensOf } from '../../../../src/template/render/length/tokenBound';
import { openModel, type LanguageModel } from '../../../../src/model/openModel';
import { loadTemplate } from '../../../../src/template/read/loadTemplate';
import { resolveSettings } from '../../../../src/template/read/resolveSettings';
import type { Method } from '../../../../src/template/settings/settings';

let model: LanguageModel;
const folders: string[] = [];
beforeAll(async () => {
  model = await openModel('builtin', '.');
});
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

type Rows = readonly Readonly<Record<string, unknown>>[];
interface Files {
  readonly train?: Rows;
  readonly dev?: Rows;
  readonly test?: Rows;
}

async function taskOf(
  files: Files,
  { body = 'Say how the day went.\n{{text}}\nThe day was{{label}}', method = 'soft' as Method, set = {} } = {},
): Promise<Task> {
  const folder = mkdtempSync(join(tmpdir(), 'prompt-tuner-'));
  folders.push(folder);
  const named = Object.keys(files).map((split) => `${split}: ${split}.jsonl`);
  for (const [split, rows] of Object.entries(files))
    writeFileSync(join(folder, `${split}.jsonl`), (rows as Rows).map((row) => `${JSON.stringify(row)}\n`).join(''));
  const file = join(folder, 'day.prompt');
  writeFileSync(
    file,
    `---\nmodel: builtin\noutput:\n  schema:\n    label(enum): [good, bad]\n` +
      `tune.data: { ${named.join(', ')} }\ntune.length: 4\n---\n${body}`,
  );
  const template = await loadTemplate(file);
  const task = await prepareTask(template, resolveSettings(template, method, set), model);
  onTestFinished(() => closeTask(task));
  return task;
}

const row = (text: string, label = 'good', more = {}) => ({ text, label, ...more });
const all = { check: ['train', 'dev', 'test'] as const };
const words = (count: number) => Array.from({ length: count }, (_, i) => `word${i % 10}`).join(' ');

describe('a look through the rows of all splits', () => {
  it('counts the rows that splits have in common, not the distinct ones, by what the template reads', async () => {
    const task = await taskOf({
      train: [row('one', 'good', { id: 1 }), row('two'), row('two', 'bad')],
      dev: [row('three'), row('two ', 'good', { id: 9 })],
      test: [row('one'), row('one', 'bad'), row('four'), row('three')],
    });
    const found = await lookThroughRows(task, model, all);
    expect(found.test!.shared).toEqual({ train: 2, dev: 1 });
    expect(found.dev!.shared).toEqual({ train: 1, test: 1 });
    expect(found.train!.shared).toEqual({ dev: 2, test: 1 });
  });

  it('takes rows apart by a column that a row may lack, and by the whole row where a template reads it', async () => {
    const files = { train: [row('one', 'good', { hint: 'a' })], test: [row('one', 'good', { hint: 'b' }), row('one')] };
    const optional = await taskOf(files, { body: 'Say.\n{{text}} {{#if hint}}{{hint}}{{/if}}\nIt is{{label}}' });
    expect((await lookThroughRows(optional, model, all)).test!.shared).toEqual({ train: 0 });
    const plain = await taskOf(files);
    expect((await lookThroughRows(plain, model, all)).test!.shared).toEqual({ train: 2 });
    const whole = await taskOf(files, { body: 'Say.\n{{#each this}}{{this}} {{/each}}\nIt is{{label}}' });
    expect((await lookThroughRows(whole, model, all)).test!.shared).toEqual({ train: 0 });
  });

  it('takes a number in JSON and the same as text for one', async () => {
    const task = await taskOf({ train: [{ text: 5, label: 'good' }], test: [row('5')] });
    expect((await lookThroughRows(task, model, all)).test!.shared).toEqual({ train: 1 });
  });

  it.each([
    ['an unknown label', row('three', 'odd'), 'label-unknown'],
    ['a prompt that does not fit', row(words(2000)), 'prompt-too-long'],
  ] as const)('names %s in whatever split, with its line and the others', async (_, broken, code) => {
    for (const split of ['train', 'dev', 'test'] as const) {
      const good = [row('one'), row('two', 'bad')];
      const task = await taskOf({
        train: good,
        dev: good,
        test: good,
        [split]: [...good, broken, row('four'), broken],
      });
      const refusal = lookThroughRows(task, model, all);
      await expect(refusal).rejects.toMatchObject({ code, location: { file: task.splits[split]!.path, line: 3 } });
      await expect(refusal).rejects.toThrow(`The same is wrong with one more row of ${split}: line 5.`);
    }
  });

  it('leaves alone the rows of splits that need not be used', async () => {
    const task = await taskOf({ train: [row('one')], test: [row('one'), row('two', 'odd')] });
    const found = await lookThroughRows(task, model, { check: ['train'] });
    expect(found.test).toMatchObject({ rows: 2, shared: { train: 1 } });
  });

  it('shows how far it is and stops when it is told to', async () => {
    const task = await taskOf({ train: Array.from({ length: 2500 }, (_, i) => row(`row ${i}`)) });
    const stopping = new AbortController();
    const seen: number[] = [];
    const look = lookThroughRows(task, model, {
      ...all,
      signal: stopping.signal,
      onProgress(done, rows) {
        seen.push(done);
        expect(rows).toBe(2500);
        if (done > 0) stopping.abort();
      },
    });
    await expect(look).rejects.toThrow(/abort/);
    expect(seen).toEqual([0, 1000]);
  });

  it('finds an instruction that makes other tokens in some row, although it encodes few', async () => {
    const task = await taskOf(
      { train: [row('calm'), row('cold'), row('\n\nodd')], test: [row('calm')] },
      { body: 'Say how it was.\n{{text}}\nIt was{{label}}', method: 'v2', set: { 'tune.instruction': 'embeddings' } },
    );
    const outcome = await lookThroughRows(task, model, all).then(
      () => 'used',
      (error: { readonly code: string }) => error.code,
    );
    const encoded = await encodeRows(task, model, task.splits.train!, [0, 1, 2]).then(
      () => 'used',
      (error: { readonly code: string }) => error.code,
    );
    expect(outcome).toBe(encoded);
  });
});

describe('the bound of tokens', () => {
  it('is never below the tokens of a text', () => {
    const bound = mostTokensOf(model.tokenizer);
    const texts = [
      '',
      'a',
      'Plain words, and 1234.',
      'ﷺ ½ ﬁ ①',
      '日本語のテキスト',
      '🙂🙂',
      '\u0000\u0001',
      '\r\n\t  x',
      'İẞ',
    ];
    for (const text of texts) expect(bound(text)).toBeGreaterThanOrEqual(model.tokenizer.encode(text, false).length);
  });
});

describe('tune.truncate', () => {
  const long = `begin ${words(2000)} finish`;
  const body =
    '{{#instruction}}Say how the day went.{{/instruction}}\n{{note}} {{text}}\n{{soft 3}} The day was{{label}}';

  it.each(['middle', 'start', 'end'] as const)(
    'cuts the longest value in the %s, and nothing else',
    async (truncate) => {
      const task = await taskOf(
        { train: [row(long, 'good', { note: 'a short note' }), row('fits', 'bad', { note: 'n' })] },
        { body, set: { 'tune.truncate': truncate } },
      );
      const found = await lookThroughRows(task, model, all);
      expect(found.train!.shortened).toBe(1);
      const [cut, whole] = await encodeRows(task, model, task.splits.train!, [0, 1]);
      expect(cut!.shortened).toBe(true);
      expect(whole!.shortened).toBeUndefined();
      const size = cut!.prompt.length + longestAnswer(cut!);
      expect(size).toBeLessThanOrEqual(task.contextLength);
      // A word of the text has four tokens at most, a cut lies between words, and the search may leave letters unused.
      expect(size).toBeGreaterThan(task.contextLength - 40);
      const first = model.tokenizer.firstVirtualToken;
      expect(cut!.prompt.filter((id) => id >= first)).toHaveLength(3);
      const text = model.tokenizer.decode(cut!.prompt.filter((id) => id < first));
      expect(text).toContain('Say how the day went.\na short note');
      expect(text).toMatch(/The day was$/);
      expect([text.includes('begin'), text.includes('finish')]).toEqual(
        { middle: [true, true], start: [false, true], end: [true, false] }[truncate],
      );
      expect(text).not.toMatch(/wor(?!d)|word(?!\d)/);
    },
  );

  it('shortens the next value where one is not enough, lists included', async () => {
    const task = await taskOf(
      { train: [row('x', 'good', { parts: [{ a: words(1500) }, { a: words(1400) }], note: words(10) })] },
      {
        body: 'Say.\n{{#each parts}}{{a}}\n{{/each}}{{text}} {{note}}\nIt is{{label}}',
        set: { 'tune.truncate': 'end' },
      },
    );
    const [example] = await encodeRows(task, model, task.splits.train!, [0]);
    expect(example!.prompt.length + longestAnswer(example!)).toBeLessThanOrEqual(task.contextLength);
    expect(model.tokenizer.decode(example!.prompt.filter((id) => id < model.tokenizer.firstVirtualToken))).toContain(
      words(10),
    );
  });

  it('never cuts a value that the instruction shows', async () => {
    const task = await taskOf(
      { train: [row('short', 'good', { topic: long })] },
      {
        body: '{{#instruction}}Say {{topic}}{{/instruction}}\n{{text}}\nIt is{{label}}',
        set: { 'tune.truncate': 'end' },
      },
    );
    await expect(lookThroughRows(task, model, all)).rejects.toMatchObject({ code: 'prompt-too-long' });
  });

  it('keeps what a condition on the value writes', async () => {
    const task = await taskOf(
      { train: [row(long)] },
      { body: 'Say.\n{{#if text}}Text: {{text}}{{/if}}\nIt is{{label}}', set: { 'tune.truncate': 'end' } },
    );
    const shortened = encodeRow(task, model, await firstRow(task));
    expect(model.tokenizer.decode(shortened.prompt.filter((id) => id < model.tokenizer.firstVirtualToken))).toContain(
      'Text: begin',
    );
  });

  const firstRow = async (task: Task) => {
    const [only] = await task.splits.train!.read([0]);
    return { dataset: task.splits.train!, row: only!, index: 0 };
  };
});
