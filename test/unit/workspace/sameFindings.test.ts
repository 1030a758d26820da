import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFiles } from '../../../src/workspace/checkFiles';
import { readTemplateContext } from '../../../src/workspace/readTemplateContext';
import { checkTemplate } from '../../../src/template/check/check';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'findings-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const text = `---
input: { schema: { text: string, more: string }, default: { shots: [ { text: c, label: place } ] } }
output: { schema: { label(enum): [person, place] } }
tune.data: { train: data/train.csv, dev: data/dev.jsonl, test: data/broken.jsonl }
tune.labels: { place: " extraordinarily" }
---
{{> intr}}{{#each shots}}{{text}}{{label}}{{/each}}{{soft 4}}{{text}}:{{label}}
`;

function writeAll(): string {
  write('_intro.prompt', 'Say it.');
  write('data/train.csv', 'text,label\na,person\nb,place\nd,person\ne,thing\n');
  write('data/dev.jsonl', '{"text":"b","label":"place"}\n{"text":"c","label":"place"}\n');
  write('data/broken.jsonl', '{"text":"b","label":"place"}\n{"text":\n');
  return write('task.prompt', text);
}

describe('the findings on one file', () => {
  it('are those of the command line and of the editor alike', async () => {
    const path = writeAll();
    const ofEditor = checkTemplate(text, path, await readTemplateContext(text, path, { rows: true, tokens: true }));
    const ofCommand = await checkFiles([path]);
    expect(ofCommand).toEqual(ofEditor.map((finding) => ({ file: path, ...finding })));
    expect([...new Set(ofEditor.map(({ code }) => code))].sort()).toEqual([
      'data-overlap',
      'data-unreadable',
      'example-in-data',
      'label-multi-token',
      'label-unknown',
      'partial-missing',
      'unused-input',
    ]);
    expect(ofEditor.find(({ code }) => code === 'data-unreadable')!.message).toContain('Line 2');
    expect(ofEditor.find(({ code }) => code === 'partial-missing')!.fixes[0]!.title).toBe('Replace with "intro"');
  });

  it('are fewer while rows and tokenizer have not been read, never others', async () => {
    const path = writeAll();
    const early = checkTemplate(text, path, await readTemplateContext(text, path));
    const all = checkTemplate(text, path, await readTemplateContext(text, path, { rows: true, tokens: true }));
    for (const finding of early) expect(all).toContainEqual(finding);
    expect(early.length).toBeLessThan(all.length);
  });

  it('say that tokens were not counted where the model is not there', async () => {
    const path = write(
      'far.prompt',
      '---\nmodel: org/far-away\ntune.length: 4\noutput: { schema: { label(enum): [a, b] } }\n---\n{{label}}',
    );
    expect((await checkFiles([path])).map(({ code }) => code)).toEqual(
      expect.arrayContaining(['model-unknown', 'not-checked']),
    );
  });

  it('count columns of a line as the editor does when the file begins with a byte order mark', async () => {
    const path = write('mark.prompt', '\uFEFF---\nmodle: x\n---\nx');
    expect((await checkFiles([path]))[0]!.range.start).toMatchObject({ line: 1, column: 0 });
  });

  it('follow a data file that is written to', async () => {
    const path = writeAll();
    const overlaps = async () =>
      checkTemplate(text, path, await readTemplateContext(text, path, { rows: true })).filter(
        ({ code }) => code === 'data-overlap',
      ).length;
    expect(await overlaps()).toBe(1);
    const dev = write('data/dev.jsonl', '{"text":"x","label":"place"}\n');
    utimesSync(dev, new Date(2030, 1), new Date(2030, 1));
    expect(await overlaps()).toBe(0);
  });

  it('are given up when the next edit comes', async () => {
    const path = writeAll();
    const edit = new AbortController();
    edit.abort();
    await expect(readTemplateContext(text, path, { rows: true, signal: edit.signal })).rejects.toThrow();
  });
});
