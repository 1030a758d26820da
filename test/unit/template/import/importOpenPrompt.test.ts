import { describe, expect, it } from 'vitest';
import { importOpenPrompt } from '../../../../src/template/import/importOpenPrompt';
import type { Imported } from '../../../../src/template/import/imported';
import { around, checked } from '../../../support/imports';

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
