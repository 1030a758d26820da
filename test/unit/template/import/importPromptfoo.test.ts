import { describe, expect, it } from 'vitest';
import { importPromptfoo } from '../../../../src/template/import/importPromptfoo';
import { around, checked, fieldText, rowsOf } from '../../../support/imports';
import { lines } from '../../../support/lines';

describe('promptfoo configurations as people have them', () => {
  const imported = (name: string) => importPromptfoo(fieldText('promptfoo', name), { name, ...around('promptfoo') });
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
    expect(checked(found).output).toMatchObject({ name: 'label', labels: ['good', 'bad'] });
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
    expect(checked(index).shown(rowsOf(index)[0]!)).toBe('Pick A) x B) y \n');
    const condition = imported('6-condition.yaml');
    expect(checked(condition).shown(rowsOf(condition)[0]!)).toBe('Hint: h. a b Go.\n');
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
    for (const at of [0, 1, 2, 3]) checked(found, at);
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
    expect(checked(found).shown(rowsOf(found)[0]!)).toBe('Return {"a": 1} and cook {}\n');
  });
});
