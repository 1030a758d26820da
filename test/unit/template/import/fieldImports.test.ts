import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importOpenPrompt } from '../../../../src/template/import/importOpenPrompt';
import { importPromptfoo } from '../../../../src/template/import/importPromptfoo';
import { importPrompty } from '../../../../src/template/import/importPrompty';
import { pathsMatching } from '../../../../src/template/import/importFiles';
import type { Imported } from '../../../../src/template/import/imported';
import { readTemplate } from '../../../../src/template/read/template';
import { renderText } from '../../../../src/template/render/render';
import { lines } from '../../../support/lines';

const field = join(import.meta.dirname, '../../../field');

/** The files of a folder, and texts that stand for more of them. */
function around(folder: string, more: Readonly<Record<string, string>> = {}) {
  const root = join(field, folder);
  return {
    readFile: (path: string) => {
      if (path in more) return more[path];
      try {
        return readFileSync(join(root, path), 'utf8');
      } catch {
        return undefined;
      }
    },
    listFolder: (path: string) =>
      path === '' || path === '.'
        ? [...readdirSync(root), ...new Set(Object.keys(more).map((name) => name.replace(/\/.*/, '/')))]
        : Object.keys(more).flatMap((name) => (name.startsWith(`${path}/`) ? [name.slice(path.length + 1)] : [])),
  };
}

/** A template without an error, and its text for a row. */
function only({ files }: Imported, index = 0) {
  const { template, findings } = readTemplate(files[index]!.text, files[index]!.path);
  expect(findings.filter(({ severity }) => severity === 'error')).toEqual([]);
  return { ...template!, shown: (row: Record<string, unknown>) => renderText(template!, row) };
}

function rowsOf({ files }: Imported): readonly Record<string, unknown>[] {
  const { text } = files.find(({ path }) => path.endsWith('.jsonl'))!;
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('promptfoo configurations as people have them', () => {
  const imported = (name: string) =>
    importPromptfoo(readFileSync(join(field, 'promptfoo', name), 'utf8'), { name, ...around('promptfoo') });
  const inline = (text: string, more: Readonly<Record<string, string>> = {}) =>
    importPromptfoo(text, { name: 'x', ...around('promptfoo', more) });

  it('has the tests of files and of lists', () => {
    expect(rowsOf(imported('1-tests-in-files.yaml'))).toEqual([
      { x: 'two', answer: 'two' },
      { x: 'one', answer: 'one' },
    ]);
  });

  it('makes a row of every combination of lists of values', () => {
    const rows = rowsOf(imported('2-list-of-values.yaml'));
    expect(rows.map(({ x, lang }) => `${String(x)} ${String(lang)}`)).toEqual(['one fr', 'one de', 'two fr', 'two de']);
    const once = inline(
      'prompts: ["{{x}}"]\ntests: [{ vars: { x: [a, b], n: [1, 2] }, options: { disableVarExpansion: true }, ' +
        'assert: [{ type: equals, value: y }] }]',
    );
    expect(rowsOf(once)).toEqual([{ x: ['a', 'b'], n: [1, 2], answer: 'y' }]);
  });

  it('has the text of files as values, and one row for each file of a pattern', () => {
    expect(rowsOf(imported('3-file-value.yaml'))).toEqual([{ doc: 'The sea is wide.', answer: 'sea' }]);
    const many = inline(
      'prompts: ["{{d}} {{y}}"]\ntests: [{ vars: { d: "file://docs/*.txt", y: file://y.yaml, z: file://z.js }, ' +
        'assert: [{ type: equals, value: y }] }]',
      { 'docs/a.txt': 'A\n', 'docs/b.txt': 'B', 'y.yaml': 'k: 1' },
    );
    expect(rowsOf(many).map(({ d, y }) => [d, y])).toEqual([
      ['A', '{"k":1}'],
      ['B', '{"k":1}'],
    ]);
    expect(many.notCarried.join()).toContain('would have to be run');
  });

  it('has the labels of a table', () => {
    expect(rowsOf(imported('4-csv.yaml'))).toEqual([
      { text: 'lovely', answer: 'good' },
      { text: 'awful', answer: 'bad' },
    ]);
    const table = lines(
      'text,__expected1,__expected2,__description',
      '"a, ""b""",good,similar(0.8): x,d',
      'c,equals: bad,,',
      '"d\nd",good,,',
      'e,bad,,',
    );
    const found = inline('prompts: ["{{text}}"]\ntests: t.csv', { 't.csv': table });
    expect(rowsOf(found)).toEqual([
      { text: 'a, "b"', label: 'good' },
      { text: 'c', label: 'bad' },
      { text: 'd\nd', label: 'good' },
      { text: 'e', label: 'bad' },
    ]);
    expect(only(found).output).toMatchObject({ name: 'label', labels: ['good', 'bad'] });
    expect(found.notCarried.join()).toContain('similar');
  });

  it('reads an answer that is a variable of the test, from the test or from all of them', () => {
    const text = lines(
      'prompts: ["{{q}}"]',
      'defaultTest: { vars: { lang: fr }, assert: [{ type: equals, value: "{{want}}" }] }',
      'scenarios: [{ config: [{ vars: { q: a } }, { vars: { q: b } }], tests: [{ vars: { want: x } }] }]',
    );
    expect(rowsOf(inline(text))).toEqual([
      { lang: 'fr', q: 'a', want: 'x', answer: 'x' },
      { lang: 'fr', q: 'b', want: 'x', answer: 'x' },
    ]);
  });

  it('converts indices, conditions and loops, and goes into lists whole', () => {
    const index = imported('5-index.yaml');
    expect(only(index).shown(rowsOf(index)[0]!)).toBe('Pick A) x B) y \n');
    const condition = imported('6-condition.yaml');
    expect(only(condition).shown(rowsOf(condition)[0]!)).toBe('Hint: h. a b Go.\n');
  });

  it('reads prompts in mappings, patterns, messages and files of messages', () => {
    expect(imported('7-globs-and-map.yaml').files.map(({ text }) => text.split('\n').at(-3))).toEqual([
      'Say {{x}}',
      'Tell {{x}}',
    ]);
    const chat = '[{"role": "system", "content": "Be {{how}}."}, {"role": "user", "content": "{{q}}"}]';
    const found = inline('prompts: ["file://p/*.{txt,json}", file://c.yaml]\ntests: []', {
      'p/a.txt': 'one\n---\ntwo {{q}}',
      'p/b.json': chat,
      'c.yaml': '- role: user\n  content: "{{role}} {{q}}"\n- { role: assistant, content: Yes }',
    });
    expect(found.files).toHaveLength(4);
    expect(found.files[2]!.text).toContain('{{role "system"}}\nBe {{how}}.\n{{role "user"}}\n{{q}}\n{{answer}}');
    expect(found.files[3]!.text).toContain('{{role "user"}}\n{{this.role}} {{q}}\n{{role "model"}}\nYes');
    for (const at of [0, 1, 2, 3]) only(found, at);
    expect(found.notCarried).toEqual([]);
  });

  it('reads merges and many aliases, and says where YAML is broken', () => {
    expect(rowsOf(imported('8-merge.yaml'))).toEqual([{ lang: 'fr', x: 'one', answer: 'un' }]);
    expect(rowsOf(imported('a-120-aliases.yaml'))).toHaveLength(120);
    expect(() => inline('prompts: [a]\ntests:\n  - vars: { x: 1\n')).toThrow(
      expect.objectContaining({ code: 'import-format', message: expect.stringContaining('not valid YAML: ') }),
    );
    expect(() => inline('prompts: a\n\ta: 1')).toThrow(expect.objectContaining({ location: { line: 2 } }));
  });

  it('keeps braces behind values, and names that helpers have', () => {
    const found = imported('9-brace.yaml');
    expect(only(found).shown(rowsOf(found)[0]!)).toBe('Return {"a": 1} and cook {}\n');
  });
});

describe('Prompty files as people have them', () => {
  const imported = (name: string) =>
    importPrompty(readFileSync(join(field, 'prompty', name), 'utf8'), {
      name,
      ...around('prompty', { 'items.json': '["a","b"]', 'note.txt': 'Hi' }),
    });

  it('reads names that helpers have, in loops and out of them', () => {
    expect(only(imported('1-role-in-loop.prompty')).shown({})).toContain('\nuser:\nhello\n');
    expect(only(imported('6-helper-names.prompty')).shown({ history: 'H', section: 'S' })).toContain(
      'Before: H\nIn: S',
    );
  });

  it('reads conditions on lengths', () => {
    expect(only(imported('2-condition.prompty')).shown({})).toContain('Be brief.\nNotes:\n- a\n');
    expect(only(imported('2-condition.prompty')).shown({ notes: [] })).not.toContain('Notes');
  });

  it('gives the answer a name that nothing else has', () => {
    expect(only(imported('3-name-of-answer.prompty'))).toMatchObject({
      output: { name: 'reply' },
      variables: ['question', 'answer'],
    });
    const both = imported('8-output-is-input.prompty');
    expect(only(both)).toMatchObject({ output: { name: 'degrees' }, model: 'builtin', defaults: { city: 'Oslo' } });
    expect(both.notCarried.join('\n')).toMatch(/"gpt-4"[\s\S]*output "city"/);
    const helper = importPrompty('---\nname: a\noutputs: { role: { type: string } }\n---\nx', { name: 'a' });
    expect(only(helper).output?.name).not.toBe('role');
  });

  it("finds roles by Prompty's own pattern, on lines of their own alone", () => {
    const text = imported('4-role-lines.prompty').files[0]!.text;
    expect(text).toContain('{{role "system"}}\nBe kind.\n\n{{role "user"}}\n{{q}}');
    const other = importPrompty(
      '---\nname: a\n---\n ASSISTANT[x="1"] :\nuser: no\n{{q}}user:\nThe system:\n![thread]',
      {
        name: 'a',
      },
    ).files[0]!.text;
    expect(other).toContain('{{role "model"}}\nuser: no\n{{q}}user:\nThe system:\n{{history}}');
  });

  it('keeps braces behind values', () => {
    expect(only(imported('5-brace-after.prompty')).shown({ ctx: 'C', reply: 'R' })).toContain(
      'Judge {"context": C, "reply": R}',
    );
  });

  it('reads files that values name, and lists what the environment holds', () => {
    expect(only(imported('7-file-default.prompty')).defaults).toEqual({ items: ['a', 'b'] });
    const other = importPrompty(
      '---\nname: a\nsample: { a: "${file:note.txt}", b: "${env:KEY}", c: "${env:KEY:dflt}", ' +
        'd: "${file:no.txt}" }\n---\n{{a}}',
      { name: 'a', ...around('prompty', { 'note.txt': 'Hi' }) },
    );
    expect(only(other).defaults).toEqual({ a: 'Hi', c: 'dflt' });
    expect(other.notCarried.join('\n')).toMatch(/\$\{env:KEY\}[\s\S]*"dflt"[\s\S]*\$\{file:no\.txt\}/);
  });

  it('says where its YAML is broken', () => {
    expect(() => importPrompty('---\nname: a\nb: [\n---\nx', { name: 'a' })).toThrow(
      expect.objectContaining({ message: expect.stringContaining('not valid YAML: '), location: { line: 3 } }),
    );
  });
});

describe('OpenPrompt files as people have them', () => {
  const imported = (name: string) => {
    const { readFile } = around('openprompt');
    const verbalizer = readFile(`${name}_verbalizer.json`) ?? readFile(`${name}_verbalizer.txt`);
    return importOpenPrompt(readFile(`${name}.txt`)!, { name, verbalizer });
  };

  it('moves text and data from behind the mask in front of it, and says so', () => {
    const found = imported('1-mask-first');
    expect(only(found).shown({ text_a: 'A film' })).toBe('A film. It was');
    expect(found.notCarried.join()).toMatch(
      /moved in front.*for a masked model.*It was \{\{label\}\} \. \{\{text_a\}\}/,
    );
  });

  it('has one answer where there were several masks, and never shows it', () => {
    const found = imported('2-two-masks');
    expect(only(found).shown({ text_a: 'A', head: 'H', label: 'SECRET' })).toBe('A The H is');
    expect(found.notCarried.join()).toContain('2 masks');
  });

  it('drops special tokens and keeps words', () => {
    expect(only(imported('3-special-and-text')).shown({ text_a: 'A' })).toBe('A Reply:');
  });

  it('shares vectors by their id alone', () => {
    const { slots } = only(imported('4-soft-id'));
    expect(slots).toEqual([{ id: '1', length: undefined, init: 'Ask' }]);
  });

  it('takes the first of several verbalizers, and makes variants of the others', () => {
    const labels = (found: Imported) => found.files.map((_, index) => only(found, index).written.labels);
    expect(labels(imported('5-verbalizers'))).toEqual([
      { a: [' one'], b: [' two'] },
      { a: [' un'], b: [' deux'] },
    ]);
    expect(labels(imported('6-groups'))).toEqual([
      { one: [' one'], two: [' two'] },
      { un: [' un'], deux: [' deux'] },
    ]);
  });

  it('reads records in any order of their keys and with single quotes, and stays off the name of an input', () => {
    const found = importOpenPrompt(
      `{'shortenable': False, 'placeholder': 'label'} {"meta":"role"} is {"duplicate": 3, "soft"} {'mask'}`,
      { name: 'x' },
    );
    const template = only(found);
    expect(template.output?.name).toBe('answer');
    expect(template.slots).toMatchObject([{ length: 3 }]);
    expect(template.shown({ label: 'L', role: 'R' })).toBe('L R is ');
  });
});

describe('a pattern of files', () => {
  it('means the files that it would mean to a shell', () => {
    const tree: Readonly<Record<string, readonly string[]>> = {
      '.': ['a.txt', 'b.md', 'sub/', 'node_modules/'],
      sub: ['c.txt', 'deep/'],
      'sub/deep': ['d.txt', 'e.(1).txt'],
      node_modules: ['x.txt'],
    };
    const paths = (pattern: string) => pathsMatching(pattern, { listFolder: (path) => tree[path || '.'] ?? [] });
    expect(paths('*.txt')).toEqual(['a.txt']);
    expect(paths('**/*.txt')).toEqual(['a.txt', 'sub/c.txt', 'sub/deep/d.txt', 'sub/deep/e.(1).txt']);
    expect(paths('sub/*.txt')).toEqual(['sub/c.txt']);
    expect(paths('./{a,b}.{txt,md}')).toEqual(['a.txt', 'b.md']);
    expect(paths('sub/deep/?.txt')).toEqual(['sub/deep/d.txt']);
    expect(paths('plain.txt')).toEqual(['plain.txt']);
  });
});
