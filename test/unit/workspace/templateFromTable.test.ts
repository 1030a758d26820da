import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFiles } from '../../../src/workspace/checkFiles';
import { newFromTable, type NewFromTableRequest } from '../../../src/commands/newFromTable';
import { renderFile } from '../../../src/commands/render';
import { Failure } from '../../../src/failure';
import { resolveSettings } from '../../../src/template/read/resolveSettings';
import { requireTemplate } from '../../../src/template/read/template';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'table-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const csv = (header: string, row: (i: number) => string, count = 40) =>
  `${header}\n${numbers(count).map(row).join('\n')}\n`;
const words = ['account', 'delivery', 'money'];
const mails = csv('id,message,desk', (i) => `${i},"Letter ${i}, about something",${words[i % 3]}`);

/** The template that is made of a table, which no check has anything to say of, with what it writes. */
async function made(from: string, more: Partial<NewFromTableRequest> = {}) {
  const result = await newFromTable({ from, model: 'builtin', split: '15%', ...more });
  const text = readFileSync(result.file, 'utf8');
  return { ...result, text, template: requireTemplate(text, result.file), found: await checkFiles([result.file]) };
}

async function refusal(from: string, more: Partial<NewFromTableRequest> = {}): Promise<string> {
  const error: unknown = await newFromTable({ from, model: 'builtin', split: '15%', ...more }).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  expect((error as Failure).remedy).toBeTruthy();
  return (error as Failure).message;
}

describe('a template of a table', () => {
  it('chooses among labels, with dev and test held out, and nothing is wrong with it', async () => {
    const { template, text, remarks, found } = await made(write('mails.csv', mails));
    expect(template.output).toMatchObject({ name: 'desk', kind: 'classification' });
    expect([...template.output!.labels].sort()).toEqual(words);
    expect(template.variables).toEqual(['message']);
    expect(template.written.data).toEqual({ train: 'mails.csv', dev: { share: 15 }, test: { share: 15 } });
    expect(text).toContain('Message: {{message}}\nDesk:{{desk}}');
    expect(remarks).toEqual(['Not asked about: "id".']);
    expect(found).toEqual([]);
  });

  it('calls labels that begin alike by what tells them apart, all in the same way', async () => {
    const { template } = await made(
      write(
        'i.csv',
        csv('text,intent', (i) => `text ${i},intent_${i % 12}`, 60),
      ),
    );
    expect(template.written.labels).toEqual(
      Object.fromEntries(template.output!.labels.map((label) => [label, [` ${label.slice('intent_'.length)}`]])),
    );
  });

  it('answers by words what another column has as numbers, and shows neither where the other is asked', async () => {
    const names = ['bad', 'fair', 'good'];
    const path = write(
      'setfit.csv',
      csv('text,label,label_text', (i) => `text ${i},${i % 3},${names[i % 3]}`),
    );
    const [guessed, named] = [await made(path), await made(path, { answer: ['label'], to: join(folder, 'b.prompt') })];
    expect(guessed.template.output).toMatchObject({ name: 'label_text', kind: 'classification' });
    expect(guessed.remarks.join()).toContain('Not asked about: "label" (each value comes with one answer alone');
    expect(named.template.variables).toEqual(['text']);
    expect(named.remarks.join()).toContain('"label_text"');
  });

  it('shows no column that tells the answer, what a model said, or what a row is for', async () => {
    const rows = (i: number) =>
      [`text ${i}`, words[i % 3], i % 5 ? words[i % 3] : 'money', `0.${i}`, i % 7 > 2 ? 'train' : 'dev', i % 2].join();
    const { template, remarks } = await made(
      write('p.csv', csv('text,label,prediction,confidence,split,urgent', rows)),
    );
    expect(template.variables).toEqual(['text', 'urgent']);
    expect(remarks).toEqual([
      'Not asked about: "split" (what each row is for); rows are held out anew.',
      'Not asked about: "prediction" and "confidence" (by the name another label, or what a model said); write it into \
the prompt where it is known before the answer.',
    ]);
  });

  it('shows a column whose values hardly come again, and one that only mostly goes with the answer', async () => {
    const rows = (i: number) => `text ${i},city ${Math.floor(i / 2)},${i % 7 ? words[i % 3] : 'x'},${words[i % 3]}`;
    const { template } = await made(write('c.csv', csv('text,city,topic,desk', rows)), { answer: ['desk'] });
    expect(template.variables).toEqual(['text', 'city', 'topic']);
  });

  it('answers with a text what was marked in a passage, as SQuAD has it', async () => {
    const rows = numbers(30).map((i) => ({
      context: `The ${words[i % 3]} ${i} came in the morning, and nobody knew from whom it was or why.`,
      question: `What came on day ${i}?`,
      answers: { text: [`${words[i % 3]} ${i}`, `the ${words[i % 3]}`], answer_start: [4, 0] },
    }));
    const { template, text } = await made(write('q.jsonl', rows.map((row) => JSON.stringify(row)).join('\n')));
    expect(template.output).toMatchObject({ name: 'answers', kind: 'generation' });
    expect(text).toContain('Write the answers that the context and the question name.');
    expect(text).not.toContain('chrf');
  });

  it('leaves out questions that the passage does not answer, and finds them where they are in the file', async () => {
    const spans = (i: number) =>
      i % 5 ? { text: [`${words[i % 3]} ${i}`], answer_start: [4] } : { text: [], answer_start: [] };
    const squad = numbers(30).map((i) =>
      JSON.stringify({ context: `The ${words[i % 3]} ${i} came.`, answers: spans(i) }),
    );
    const path = write('q.jsonl', squad.join('\n'));
    const { template, text, remarks, found, file } = await made(path);
    expect(template.written.data!.train).toBe('q.answered.jsonl');
    expect(remarks).toContain('6 rows without an answer are left out, in a file of the others.');
    expect(found).toEqual([]);
    writeFileSync(file, text.replaceAll('q.answered.jsonl', 'q.jsonl'));
    expect((await checkFiles([file])).map(({ code, message }) => [code, message])).toContainEqual([
      'data-column',
      'Line 6 of "q.jsonl" has no "answers", like 3 other rows. Fill in the answer, or remove the row.',
    ]);
  });

  it('says which labels are mostly the mark of a value that is not there', async () => {
    const rows = (i: number) => `text ${i},${['good', 'bad', 'N/A', 'nan'][i % 4]}`;
    const { remarks } = await made(write('n.csv', csv('text,label', rows)));
    expect(remarks).toEqual(['Taken for labels of "label": "N/A" and "nan"; remove such rows if they have no answer.']);
  });

  it('asks for lists as such, of numbers and of words', async () => {
    const rows = numbers(30).map((i) => ({
      tokens: ['rain', 'came', `${i}`],
      ner_tags: [i % 3, 0, 1],
      kinds: [words[i % 3]],
    }));
    const path = write('n.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'));
    const [tags, kinds] = [
      await made(path, { answer: ['ner_tags'] }),
      await made(path, { answer: ['kinds'], to: join(folder, 'k.prompt') }),
    ];
    expect(tags.text).toContain('ner_tags(array): integer');
    expect(kinds.text).toContain('kinds(array): string');
    expect([...tags.found, ...kinds.found]).toEqual([]);
  });

  it('answers a preference with what was chosen', async () => {
    const rows = (i: number) => `ask ${i},yes it is ${i},no way ${i}`;
    const { template, remarks } = await made(write('d.csv', csv('prompt,chosen,rejected', rows)));
    expect(template.output).toMatchObject({ name: 'chosen' });
    expect(template.variables).toEqual(['prompt']);
    expect(remarks).toContain('Not asked about: "rejected" (answers that were not chosen).');
  });

  it('gives a label of several tokens one of its words or its beginning, and no two the same first token', async () => {
    const rows = (i: number) => `text ${i},${['very good', 'very bad', 'billing'][i % 3]}`;
    const { template } = await made(write('a.csv', csv('text,label', rows)));
    expect(template.written.labels).toEqual({ 'very good': [' good'], 'very bad': [' bad'], billing: [' bill'] });
  });

  it('writes files beside the table instead of shares, and leaves the table as it is', async () => {
    const path = write('mails.csv', mails);
    const { template, written, found } = await made(path, { files: true, to: join(folder, 'prompts/own.prompt') });
    expect(template.written.data).toEqual({
      train: '../own.train.csv',
      dev: '../own.dev.csv',
      test: '../own.test.csv',
    });
    const lines = written.flatMap((file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(1));
    expect([...lines].sort()).toEqual(mails.trimEnd().split('\n').slice(1).sort());
    expect(readFileSync(path, 'utf8')).toBe(mails);
    expect(found).toEqual([]);
  });

  it('asks for several columns as one JSON object, with the types of their values', async () => {
    const rows = (i: number) => `${i} EUR to Kiel,${['Kiel', 'Bonn'][i % 2]},${i}.5,${i % 4 ? '' : 'a@b.c'},"[""x""]"`;
    const { template, text, found } = await made(write('a.csv', csv('text,city,total,email,tags', rows)), {
      answer: ['city', 'total', 'email', 'tags'],
    });
    expect(template.outputSchema).toMatchObject({
      properties: {
        city: { enum: ['Kiel', 'Bonn'] },
        total: { type: 'number' },
        tags: { type: 'array', items: { type: 'string' } },
      },
      required: ['city', 'total', 'tags'],
    });
    expect(text).toContain('as JSON');
    expect(found).toEqual([]);
  });

  it('lists grades in their order', async () => {
    const { text } = await made(
      write(
        'a.csv',
        csv('comment,stars', (i) => `nice ${i},${((i + 3) % 5) + 1}`),
      ),
    );
    expect(text).toContain('stars(enum): ["1", "2", "3", "4", "5"]');
  });

  it('names the columns that cannot be told apart where too few others are left', async () => {
    const path = write(
      'a.csv',
      csv('text,text,label', (i) => `a ${i},b,${words[i % 3]}`),
    );
    await expect(made(path)).rejects.toThrow('Several columns have the name "text", so that none of them can be read.');
  });

  it('asks for the object that an only column holds', async () => {
    const row = (i: number) => JSON.stringify({ text: `t ${i}`, out: { city: 'Kiel', places: [{ n: i }] } });
    const { template, found } = await made(write('a.jsonl', `${numbers(20).map(row).join('\n')}\n`));
    expect(template.outputSchema).toMatchObject({
      properties: {
        out: { properties: { places: { items: { properties: { n: { type: 'integer' } } } } } },
      },
    });
    expect(found).toEqual([]);
  });

  it('asks for a text where all answers are different, and says so', async () => {
    const { template, text, remarks, found } = await made(
      write(
        'a.csv',
        csv('question,answer', (i) => `How far is town ${i}?,It is ${i} miles`),
      ),
    );
    expect(template.output).toMatchObject({ name: 'answer', kind: 'generation' });
    expect(text).toContain('Write the answer of the question.');
    expect(remarks).toEqual(['Every answer in "answer" is different, so it is asked for as a text.']);
    expect(found).toEqual([]);
  });

  it('says of a text that stands in the input that it names it', async () => {
    const place = (i: number) => `${'ABCDEFGH'[i % 8]}${'aeiou'[i % 5]}town`;
    const { text } = await made(
      write(
        'a.csv',
        csv('message,place', (i) => `We met in ${place(i)} no ${i},${place(i)}`),
      ),
      {
        kind: 'text',
      },
    );
    expect(text).toContain('Write the place that the message names.');
  });

  it('finds out separator, encoding and that there is no header', async () => {
    const path = join(folder, 'old.csv');
    writeFileSync(
      path,
      csv('Grüße;pos', (i) => `Grüße ${i};${i % 2 ? 'neg' : 'pos'}`),
      'latin1',
    );
    const { template, remarks, found } = await made(path);
    expect(template.written.data!.train).toMatchObject({ separator: ';', columns: ['text', 'label'] });
    expect(remarks.join(' ')).toContain('separated by ";"');
    expect(remarks.join(' ')).toContain('looks like data, so its columns are called text and label.');
    expect(found).toEqual([]);
  });

  it('reads columns whatever they are called', async () => {
    const names = [
      'first name',
      'a.b',
      'with, comma',
      'say "hi"',
      'größe',
      '2',
      'is it ok?',
      'x(y)',
      'role',
      'b]c',
      'this',
    ];
    const header = [...names, 'kind (x)?'].map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const row = (i: number) =>
      [...names.map((_, at) => `v${at} of ${i % 7} and ${i}`), ['good', 'bad'][i % 2]].join(',');
    const { file, template, found } = await made(write('odd.csv', csv(header, row)));
    expect(template.output!.name).toBe('kind (x)?');
    expect(found).toEqual([]);
    const { text } = await renderFile({ file, row: 0, set: {} });
    for (const at of names.keys()) expect(text).toContain(`v${at} of `);
  });

  it('writes Chinese around Chinese columns, and their labels without a space before them', async () => {
    const { template, text, found } = await made(
      write(
        'zh.csv',
        csv('正文,类别', (i) => `这是第 ${i} 条,${i % 2 ? '体育' : '财经'}`),
      ),
    );
    expect(text).toContain('说出正文的类别：');
    expect(resolveSettings(template, 'hard', {}).labels).toEqual({ 体育: ['体育'], 财经: ['财经'] });
    expect(found.filter(({ severity }) => severity !== 'information')).toEqual([]);
  });

  it('writes no Chinese around Japanese columns', async () => {
    const rows = csv('文章,分類', (i) => `配送が早い ${i},${i % 2 ? '良い' : '悪い'}`);
    const { text } = await made(write('ja.csv', rows));
    expect(text).not.toContain('说出');
  });

  it('knows Japanese by its texts where columns and labels are in Chinese characters alone', async () => {
    const rows = csv('本文,種類', (i) => `配送が遅い ${i},${i % 2 ? '質問' : '苦情'}`);
    expect((await made(write('ja.csv', rows))).text).not.toContain('说出');
    const textOf = (i: number) => (i === 3 ? '我の书' : '我的书');
    const borrowed = csv('正文,类别', (i) => `${textOf(i)} ${i},${i % 2 ? '体育' : '财经'}`);
    expect((await made(write('zh.csv', borrowed))).text).toContain('说出正文的类别：');
  });

  it('leaves out rows without an answer, in a file of the others', async () => {
    const path = write(
      'a.csv',
      csv('text,label', (i) => `text ${i},${i % 5 === 0 ? '' : words[i % 3]}`),
    );
    const { template, remarks, found } = await made(path);
    expect(template.written.data!.train).toBe('a.answered.csv');
    expect(remarks).toEqual(['8 rows without an answer are left out, in a file of the others.']);
    expect(found).toEqual([]);
  });

  it('asks first for what rows of JSON may lack', async () => {
    const row = (i: number) => JSON.stringify({ title: `t ${i}`, note: i % 3 ? null : 'n', label: words[i % 3] });
    const { text, found } = await made(write('a.jsonl', `${numbers(30).map(row).join('\n')}\n`));
    expect(text).toContain('{{#if note}}Note: {{note}}\n{{/if}}');
    expect(found).toEqual([]);
  });

  it('asks for one of very many answers as a text', async () => {
    const { template, remarks } = await made(
      write(
        'a.csv',
        csv('text,label', (i) => `text ${i},label ${i % 300}`, 900),
      ),
    );
    expect(template.output!.kind).toBe('generation');
    expect(remarks).toEqual(['"label" has 300 different answers, too many to choose among.']);
  });
});

describe('a table of which no template can be made', () => {
  it.each([
    ['empty.csv', '', 'The file has no rows.'],
    ['header.csv', 'text,label\n', 'The file has no rows.'],
    [
      'one.csv',
      csv('text', (i) => `t ${i}`),
      'The file has one column, "text"; a template reads one and answers another.',
    ],
    ['two.csv', 'text,label\na,x\nb,y\n', 'The file has 2 rows, too few to learn from some and to measure on others.'],
    [
      'same.csv',
      csv('text,label', (i) => `t ${i},x`),
      'Every row answers "x" in "label", so there is nothing to learn.',
    ],
    [
      'alike.csv',
      csv('text,label', (i) => `t ${i % 3},${words[i % 2]}`),
      'By "text" only 3 rows with an answer are different, too few to learn from some and to measure on others.',
    ],
    [
      'talks.jsonl',
      `${JSON.stringify({ messages: [{ role: 'user', content: 'Hello' }] })}\n`.repeat(12),
      'The rows are conversations, in "messages", whose last message is the answer.',
    ],
    ['book.xlsx', 'PK', '"book.xlsx" is a spreadsheet, which is not read.'],
    ['notes.docx', 'PK', 'Data files of kind ".docx" cannot be read.'],
  ])('%s is refused in a sentence, and nothing is written', async (name, text, message) => {
    const path = write(name, text);
    expect(await refusal(path)).toBe(message);
    expect(existsSync(path.replace(/\.\w+$/, '.prompt'))).toBe(false);
  });

  it('is said of answers that cannot be', async () => {
    const path = write(
      'a.csv',
      csv('text,"line\nbreak",role,unused', (i) => `t ${i},${words[i % 3]},${words[i % 2]},`),
    );
    expect(await refusal(path, { answer: ['nothing'] })).toContain('The file has no column "nothing"; it has text,');
    expect(await refusal(path, { answer: ['line\nbreak'] })).toContain(
      'has a line break, which no template can write.',
    );
    expect(await refusal(path, { answer: ['role'] })).toContain('cannot be called "role"');
    expect(await refusal(path, { answer: ['unused'] })).toBe('No row has a value in "unused".');
    expect(await refusal(path, { answer: ['text'], kind: 'classification' })).toContain('make no choice: 40 different');
  });

  it('overwrites nothing', async () => {
    const path = write('mails.csv', mails);
    write('mails.prompt', 'mine');
    expect(await refusal(path)).toBe('"mails.prompt" is there already, and is left as it is.');
    expect(readFileSync(join(folder, 'mails.prompt'), 'utf8')).toBe('mine');
    expect(await refusal(path, { split: '60%' })).toContain('--split must be a share');
  });
});
