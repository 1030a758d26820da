import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFiles } from '../../../src/workspace/checkFiles';
import { openDataset } from '../../../src/data/dataset';
import { expectedAnswer } from '../../../src/objective/example';
import type { Task } from '../../../src/objective/task';
import { applied } from '../../support/text/marked';
import { lines } from '../../support/text/lines';

const field = join(import.meta.dirname, '../../field');
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'field-data-'));
  cpSync(join(field, 'data'), folder, { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const template = (data: string, labels = '[pos, neg]') =>
  lines(
    '---',
    'model: builtin',
    'input:',
    '  schema: { text: string }',
    'output:',
    '  schema:',
    `    label(enum): ${labels}`,
    `tune.data: ${data}`,
    '---',
    'Is it good or bad? {{text}}',
    'It is{{label}}',
  );

function write(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function errorsOf(path: string) {
  const found = await checkFiles([path]);
  return found.filter(({ severity }) => severity === 'error');
}

/** The template after the first fix of its only error. */
async function repaired(data: string, labels?: string): Promise<{ readonly message: string; readonly text: string }> {
  const path = write('t.prompt', template(data, labels));
  const errors = await errorsOf(path);
  expect(errors.map(({ message }) => message)).toHaveLength(1);
  const text = applied(readFileSync(path, 'utf8'), errors[0]!.fixes[0]!.edits);
  writeFileSync(path, text);
  expect((await errorsOf(path)).map(({ message }) => message)).toEqual([]);
  return { message: errors[0]!.message, text };
}

describe('data files as people have them', () => {
  it.each(['cr.csv', 'trail.csv', 'dupun.csv', 'bare.csv'])('%s is read', async (file) => {
    expect(await errorsOf(write('t.prompt', template(`{ train: ${file} }`)))).toEqual([]);
  });

  it('a table without a header says so, and the fix names its columns', async () => {
    const { message, text } = await repaired('{ train: headless.tsv }');
    expect(message).toBe(
      '"headless.tsv" has no columns "text" and "label": its first row, "pos", "a nice film", looks like data.',
    );
    expect(text).toContain('tune.data: { train: { file: headless.tsv, columns: [label, text] } }');
  });

  it('a table with another separator says so, and the fix names it', async () => {
    const { message, text } = await repaired('{ train: semi.csv }');
    expect(message).toBe('"semi.csv" has no columns "text" and "label": its values look separated by ";".');
    expect(text).toContain('{ train: { file: semi.csv, separator: ";" } }');
  });

  it('a table with spaces behind its separators says so, and the fix writes them', async () => {
    const { text } = await repaired('{ train: spacehdr.csv }');
    expect(text).toContain('{ train: { file: spacehdr.csv, separator: ", " } }');
    const dataset = await openDataset(join(folder, 'spacehdr.csv'), { separator: ', ' });
    expect(await dataset.read([0])).toEqual([{ text: 'a', label: 'pos' }]);
    await dataset.close();
  });

  it('a file in Latin-1 says so, and the fix names the encoding', async () => {
    const { message, text } = await repaired('{ train: latin1.csv }');
    expect(message).toContain('Line 2: The row is not UTF-8 text; it looks like latin1.');
    expect(text).toContain('{ train: { file: latin1.csv, encoding: latin1 } }');
  });

  it('all of it at once takes one fix', async () => {
    write('all.data', Buffer.from('pos|ein schöner Film\nneg|ein öder Film\n', 'latin1'));
    const path = write('t.prompt', template('\n  train: all.data'));
    const [error] = await errorsOf(path);
    const text = applied(readFileSync(path, 'utf8'), error!.fixes[0]!.edits);
    writeFileSync(path, text);
    const [next] = await errorsOf(path);
    const whole = next ? applied(text, next.fixes[0]!.edits) : text;
    expect(whole).toContain('{ file: all.data, columns: [label, text], separator: "|", encoding: latin1 }');
    writeFileSync(path, whole);
    expect(await errorsOf(path)).toEqual([]);
  });

  it('each split is looked at by itself', async () => {
    write('ok.csv', 'text,label\na,pos\n');
    const errors = await errorsOf(write('t.prompt', template('{ train: ok.csv, dev: semi.csv, test: odd.jsonl }')));
    expect(errors.map(({ message }) => message)).toEqual([
      '"semi.csv" has no columns "text" and "label": its values look separated by ";".',
      expect.stringContaining('There is no file "odd.jsonl"'),
    ]);
    write('odd.jsonl', '{"txt":"a","label":"pos"}\n');
    const [, second] = await errorsOf(join(folder, 't.prompt'));
    expect(second!.message).toBe('"odd.jsonl" has no column "text"; it has txt and label.');
  });

  it('a column of two that have its name cannot be told', async () => {
    write('twice.csv', 'text,text,label\na,b,pos\n');
    const [error] = await errorsOf(write('t.prompt', template('{ train: twice.csv }')));
    expect(error!.message).toContain('Several columns of the data are named "text"');
  });

  it('labels that the enum lacks are one finding, whose fix adds them all', async () => {
    const names = Array.from({ length: 77 }, (_, n) => `intent ${n}`);
    write('many.csv', `text,label\n${names.map((name, n) => `text ${n},${name}`).join('\n')}\n`);
    const { message, text } = await repaired('{ train: many.csv }');
    expect(message).toMatch(
      /^The data has the 77 labels "intent 0", "intent 1", .* and 69 more, which "label" does not/,
    );
    for (const name of names) expect(text).toContain(name);
  });

  it.each(['train', 'dev', 'test'])(
    'labels of another Unicode form are said to be that, in %s alone',
    async (split) => {
      write('nfd.csv', `text,label\na,${'café'.normalize('NFD')}\nb,bar\n`);
      const { message, text } = await repaired(`{ ${split}: nfd.csv }`, '[café, bar]');
      expect(message).toContain('in another Unicode form');
      expect(text).toContain('café'.normalize('NFD'));
    },
  );

  it.each(['train', 'dev', 'test'])('a label that the enum lacks is found in %s alone', async (split) => {
    write('odd.csv', 'text,label\na,odd\nb,pos\nc,neg\n');
    const { text } = await repaired(`{ ${split}: odd.csv }`);
    expect(text).toContain('odd');
  });

  it('a row whose label has another Unicode form is refused in those words', () => {
    const output = { name: 'label', kind: 'classification', labels: ['café', 'bar'] };
    const template = { path: 't.prompt', output } as unknown as Task['template'];
    const task = { answerField: 'label', labels: output.labels, template };
    const read = () => expectedAnswer(task, { label: 'café'.normalize('NFD') }, { file: 'nfd.csv', line: 2 });
    expect(read).toThrow('in another Unicode form than in output.schema of t.prompt');
  });

  it('columns of another Unicode form are said to be that', async () => {
    write('nfd.csv', `${'größe'.normalize('NFD')},label\na,pos\n`);
    const [error] = await errorsOf(write('t.prompt', template('{ train: nfd.csv }').replaceAll('text', 'größe')));
    expect(error!.message).toBe('The data has no column "größe": it has the same letters in another Unicode form.');
  });

  it('a row of very many words is measured, and a table of very many columns looked at', async () => {
    write('huge.csv', `text,label\n${'w '.repeat(125_000)},pos\nshort,neg\n`);
    const found = await checkFiles([write('t.prompt', template('{ train: huge.csv }'))]);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('line 2 has 125,031 tokens'),
      expect.stringContaining('No rows are held out'),
      expect.stringContaining('125030 tokens'),
    ]);
    const width = 150_000;
    const names = Array.from({ length: width }, (_, column) => `c${column}`).join(',');
    write('wide.csv', `${names},text\n${'x,'.repeat(width)}a\n`);
    const [error] = await errorsOf(write('t.prompt', template('{ train: wide.csv }')));
    expect(error!.message).toMatch(/no column "label" for the answer; it has c0, c1, .* and 149993 more\.$/);
  });

  it('a setting of a file that is not understood is refused by name', async () => {
    const path = write('t.prompt', template('{ train: { file: semi.csv, seperator: ";" } }'));
    const [error] = await errorsOf(path);
    expect(error).toMatchObject({
      code: 'invalid-value',
      message:
        'tune.data.train knows file, columns, separator and encoding, not "seperator"; did you mean "separator"?',
    });
    const text = applied(readFileSync(path, 'utf8'), error!.fixes[0]!.edits);
    writeFileSync(path, text);
    expect(await errorsOf(path)).toEqual([]);
  });
});

describe('rows that lack what the template reads', () => {
  it('are found with their line', async () => {
    const errors = await errorsOf(join(field, 'numbers/missing-column-in-row/t.prompt'));
    expect(errors).toMatchObject([
      {
        code: 'data-column',
        message:
          'Line 2 of "rows.jsonl" has no "text", which the template reads. ' +
          'Fill it in, or ask for it first: {{#if text}} … {{/if}}.',
      },
    ]);
  });

  it('are none where the body asks first, the schema says optional, or there is a default', async () => {
    write('rows.jsonl', '{"text":"a","note":"n","label":"pos"}\n{"text":"b","label":"neg"}\n');
    const withNote = (body: string, schema = 'text: string, note: string', more = '') =>
      template('{ train: rows.jsonl }')
        .replace('text: string', schema)
        .replace('\noutput:', `${more}\noutput:`)
        .replace('{{text}}', body);
    for (const text of [
      withNote('{{#if note}}{{note}} {{/if}}{{text}}'),
      withNote('{{#with note}}{{this}} {{/with}}{{text}}'),
      withNote('{{note}} {{text}}', 'text: string, note?: string'),
      withNote('{{note}} {{text}}', undefined, '\n  default: { note: none }'),
    ])
      expect(await errorsOf(write('t.prompt', text)), text).toEqual([]);
    const found = await errorsOf(write('t.prompt', withNote('{{note}} {{text}}')));
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('Line 2 of "rows.jsonl" has no "note"'),
    ]);
  });

  it('are those with null and those without an answer, too', async () => {
    write('rows.jsonl', '{"text":"a","label":"pos"}\n{"text":null,"label":"neg"}\n{"text":"c","label":""}\n');
    const found = await errorsOf(write('t.prompt', template('{ train: rows.jsonl }')));
    expect(found.map(({ message }) => message.slice(0, 40))).toEqual([
      'Line 2 of "rows.jsonl" has no "text", wh',
      'Line 3 of "rows.jsonl" has no "label". F',
    ]);
  });
});
