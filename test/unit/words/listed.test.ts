import { readFileSync } from 'node:fs';
import * as l10n from '@vscode/l10n';
import { afterEach, describe, expect, it } from 'vitest';
import { clauses, enumerated, listed, sentences } from '../../../src/words/listed';

describe('names and clauses behind each other', () => {
  const inLanguage = (bundle: string): void =>
    l10n.config({ contents: readFileSync(`media/l10n/${bundle}.json`, 'utf8') });
  afterEach(() => inLanguage('bundle.l10n'));

  it('names all, or the first and how many more there are', () => {
    expect(listed([])).toBe('');
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(['a', 'b', 'c'], 2)).toBe('a, b and 1 more');
    expect(enumerated([1, 'b', ''])).toBe('1, b, ');
    expect(enumerated([])).toBe('');
  });

  it('leaves out clauses that are not there, and keeps a zero', () => {
    expect(clauses(['a', false, undefined, null, '', 0, 'b'])).toBe('a, 0, b');
  });

  it('puts sentences behind each other, in Chinese without a space', () => {
    expect(sentences(['No rows.', undefined, '', 'Add some.', '[data-empty]'])).toBe('No rows. Add some. [data-empty]');
    const inChinese = sentences(['a.csv:', '没有行。', '请添加。', '[data-empty]']);
    expect(inChinese).toBe('a.csv: 没有行。请添加。[data-empty]');
    expect(sentences([])).toBe('');
  });

  it('parts names by the mark of names in Chinese, and clauses by the comma of sentences', () => {
    inLanguage('bundle.l10n.zh-cn');
    expect(enumerated(['soft', 'v1', 'v2'])).toBe('soft、v1、v2');
    expect(listed(['soft', 'v1', 'v2'])).toBe('soft、v1和 v2');
    expect(clauses(['2 行', '0.5'])).toBe('2 行，0.5');
  });
});
