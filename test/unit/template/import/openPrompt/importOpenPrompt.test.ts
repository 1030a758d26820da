import { describe, expect, it } from 'vitest';
import { importOpenPrompt } from '../../../../../src/template/import/openPrompt/importOpenPrompt';
import type { Imported } from '../../../../../src/template/import/imported';
import { readTemplate } from '../../../../../src/template/read/template';
import { around, bodyOf, checked } from '../../../../support/imports/imports';

describe('OpenPrompt files as people have them', () => {
  const imported = (name: string) => {
    const { readFile } = around('openprompt');
    const verbalizer = readFile(`${name}_verbalizer.json`) ?? readFile(`${name}_verbalizer.txt`);
    return importOpenPrompt(readFile(`${name}.txt`)!, { name, verbalizer });
  };

  it('moves text and data from behind the mask in front of it, and says so', () => {
    const found = imported('1-mask-first');
    expect(checked(found).shown({ text_a: 'A film' })).toBe('A film. It was');
    expect(found.notCarried.join()).toMatch(
      /moved in front.*for a masked model.*It was \{\{label\}\} \. \{\{text_a\}\}/,
    );
  });

  it('has one answer where there were several masks, and never shows it', () => {
    const found = imported('2-two-masks');
    expect(checked(found).shown({ text_a: 'A', head: 'H', label: 'SECRET' })).toBe('A The H is');
    expect(found.notCarried.join()).toContain('2 masks');
  });

  it('drops special tokens and keeps words', () => {
    expect(checked(imported('3-special-and-text')).shown({ text_a: 'A' })).toBe('A Reply:');
  });

  it('shares vectors by their id alone', () => {
    const { slots } = checked(imported('4-soft-id'));
    expect(slots).toEqual([{ id: '1', length: undefined, init: 'Ask' }]);
  });

  it('takes the first of several verbalizers, and makes variants of the others', () => {
    const labels = (found: Imported) => found.files.map((_, index) => checked(found, index).written.labels);
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
    const template = checked(found);
    expect(template.output?.name).toBe('answer');
    expect(template.slots).toMatchObject([{ length: 3 }]);
    expect(template.shown({ label: 'L', role: 'R' })).toBe('L R is ');
  });
});

describe('importing OpenPrompt', () => {
  const imported = (text: string, verbalizer?: string) => importOpenPrompt(text, { name: 'x', verbalizer });
  const text = '{"placeholder":"text_a"}';
  const lost = (line: string, verbalizer?: string) => imported(line, verbalizer).notCarried.join('\n');

  it.each([
    [`${text} It was {"mask"}.`, '{{text_a}} It was{{label}}'],
    [`${text}  It was   {"mask"}  `, '{{text_a}} It was{{label}}'],
    [`It was {"mask"} . ${text}`, '{{text_a}}. It was{{label}}'],
    [`[ Category : {"mask"} ] ${text}`, '{{text_a}} [ Category :{{label}}'],
    [`A {"mask"} news : ${text} {"meta": 'b'}`, 'news : {{text_a}} {{b}} A{{label}}'],
    [`${text} {"soft": None, "duplicate": 3} {"mask"} {"soft"}.`, '{{soft 1}} {{text_a}} {{soft 3}}{{label}}'],
    [`${text}{"text": "\\nAnswer: \\"x\\""} {"mask": None}`, '{{text_a}}\nAnswer: "x"{{label}}'],
    [`${text} {"special": "<eos>"} {"mask"} {"special": "<eos>"}`, '{{text_a}}{{label}}'],
    [`C:\\${text} {"a": 1} {"mask"}`, 'C:\\\\{{text_a}} {"a": 1}{{label}}'],
    [`{"soft_id": 1} ${text} {"soft_id": 1} {"mask"}`, '{{soft 1 id="1"}} {{text_a}} {{soft id="1"}}{{label}}'],
    [`{"soft": "a", "soft_id": "k"} {"soft_id": "k"} {"mask"}`, '{{soft init="a" id="k"}} {{soft id="k"}}{{label}}'],
    [`{"meta": "q"}? {"mask"}, {"meta": "r"}`, '{{r}}, {{q}}?{{label}}'],
    [`${text} the {"mask"} {"meta":"h"} {"mask"} {"mask"} {"mask"} by {"mask"}`, '{{text_a}} the {{h}} by{{label}}'],
  ])('converts %s', (line, body) => {
    const found = imported(line);
    expect(bodyOf(found)).toBe(body);
    const shown = checked(found).shown({ text_a: 'A', b: 'B', q: 'Q', r: 'R', h: 'H', label: 'SECRET' });
    expect(shown).not.toContain('SECRET');
  });

  it('drops nothing without a word', () => {
    expect(lost(`{"placeholder":"t", "post_processing": str.lower, "foo": (1, 2)} {"mask"}`)).toMatch(
      /the function in[\s\S]*"foo" of/,
    );
    expect(lost(`${text} only`)).toContain('No mask: the answer is put at the end.');
    expect(lost(`${text} {"mask"} ] done`)).toContain('"] done" stood behind the mask');
    expect(lost(`${text} {"mask"} !`)).toContain('"!" behind the mask');
    expect(lost(`${text} {"meta": "a b"} {"mask"}`)).toContain('{"meta": "a b"}, whose name is not a plain one');
    expect(lost(`${text} {"soft", "same": True} {"mask"}`)).toContain('"same" of');
    expect(lost(`${text} {"mask"}\na comment`)).toContain('1 of 2 lines');
  });

  it.each([
    ['{"a": ["x", "y"], "b": "z"}', [{ a: [' x', ' y'], b: [' z'] }]],
    ['{"0": ["bad"], "1": ["good"]}', [{ 0: [' bad'], 1: [' good'] }]],
    ['[{"a": "x"}, {"a": "y"}]', [{ a: [' x'] }, { a: [' y'] }]],
    ['{"a": ["<!>s", " x "]}', [{ a: ['s', ' x'] }]],
    ['{"a": ["x"]}\n{"a": ["y"]}\n', [{ a: [' x'] }, { a: [' y'] }]],
    ['["x", "y"]', [{ x: [' x'], y: [' y'] }]],
    ['[["x", "y"], ["z"]]', [{ x: [' x', ' y'], z: [' z'] }]],
    [
      '[[["x"], ["y"]], [["v"], ["w"]]]',
      [
        { x: [' x'], y: [' y'] },
        { v: [' v'], w: [' w'] },
      ],
    ],
    ['x, y\nz\n', [{ x: [' x', ' y'], z: [' z'] }]],
    [
      'x\r\nz\r\n\r\n\r\nv\r\nw',
      [
        { x: [' x'], z: [' z'] },
        { v: [' v'], w: [' w'] },
      ],
    ],
    ['good: fine\nbad', [{ 'good: fine': [' good: fine'], bad: [' bad'] }]],
    ['x, y\nx, z', [{ x: [' x', ' y'], x_2: [' z'] }]],
    [' {"text":"No"}\n {"text":"Yes"}\n', [{ No: [' No'], Yes: [' Yes'] }]],
    ['{"meta": "choice1"}\n{"meta": "choice2"}', [undefined]],
    ['', [undefined]],
  ])('reads the verbalizer %j', (verbalizer, labels) => {
    const found = imported(`${text} {"mask"}`, verbalizer);
    expect(found.files.map(({ path, text: file }) => readTemplate(file, path).template!.written.labels)).toEqual(
      labels,
    );
    const isNamed = /^\s*(?:\{"[ab01]|\[\{|$)/.test(verbalizer);
    expect(found.notCarried.some((note) => note.includes('erbalizer'))).toBe(!isNamed || labels.length > 1);
  });

  it('puts the words of several masks together, so that labels that share some stay apart', () => {
    const found = imported(`${text} {"mask"} by {"mask"}`, '{"m": ["person", "was"], "n": ["person", "is"]}');
    expect(checked(found).written.labels).toEqual({ m: [' person was'], n: [' person is'] });
    expect(found.notCarried.join()).toContain('one for each mask');
    const words = imported(`${text} {"mask"} by {"mask"}`, '{"m": ["a", "b", "c"], "n": ["d"]}');
    expect(checked(words).written.labels).toEqual({ m: [' a', ' b', ' c'], n: [' d'] });
  });

  it('leaves a word that two labels have to the first of them, and says so', () => {
    const found = imported(`${text} {"mask"}`, '{"a": ["x", "y"], "b": ["y", "z"]}');
    expect(checked(found).written.labels).toEqual({ a: [' x', ' y'], b: [' z'] });
    expect(found.notCarried.join()).toContain('such as "y"');
  });
});
