import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitPromptFile } from '../../../../src/template/syntax/dotprompt';
import { readFrontMatter } from '../../../../src/template/syntax/frontMatter';
import { settingEdits, withEdits } from '../../../../src/template/settings/writeSettings';

const written = (text: string, settings: Readonly<Record<string, string>>) =>
  withEdits(text, settingEdits(text, settings));

const file = `# a licence
---
model: builtin   # the small one
tune.steps: 300 # long enough
tune.labels:
  bug: " fault"
  bill: " money"
input: { schema: { text: string } }
---
Say {{text}}
`;

describe('writing settings into a template', () => {
  it('exchanges a value and keeps the comment behind it', () => {
    expect(written(file, { steps: '500' })).toBe(file.replace('300', '500'));
  });

  it('adds what is new behind the last setting', () => {
    expect(written(file, { learningRate: '0.1', seed: '7' })).toBe(
      file.replace('  bill: " money"\n', '  bill: " money"\ntune.learningRate: 0.1\ntune.seed: 7\n'),
    );
  });

  it('exchanges a value of several lines for one in a line', () => {
    expect(written(file, { labels: '{ bug: " x" }' })).toContain('\ntune.labels: { bug: " x" }\ninput:');
  });

  it('fills a key that has no value, and one of a file with Windows line ends', () => {
    expect(written('---\r\ntune.steps:\r\ntune.seed: 1\r\n---\r\nHi', { steps: '5', length: '3' })).toBe(
      '---\r\ntune.steps: 5\r\ntune.seed: 1\r\ntune.length: 3\r\n---\r\nHi',
    );
  });

  it('makes a front matter where there is none', () => {
    expect(written('Say {{text}}\n', { steps: '5' })).toBe('---\ntune.steps: 5\n---\nSay {{text}}\n');
  });

  it('changes nothing where the value stands already, however it is written', () => {
    expect(settingEdits(file, { steps: '300', labels: '{ bug: " fault", bill: " money" }' })).toEqual([]);
  });

  it('refuses a broken front matter', () => {
    expect(() => settingEdits('---\na: [\n---\nx', { steps: '5' })).toThrow('The front matter is broken.');
  });

  it('reads back as written for any value, and leaves every other key and the body alone', () => {
    const values = fc.dictionary(
      fc.constantFrom('steps', 'length', 'learningRate', 'init', 'optimizer'),
      fc
        .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string(), fc.boolean())
        .map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(values, (settings) => {
        const after = written(file, settings);
        const before = readFrontMatter(splitPromptFile(file).frontMatter!).value;
        const expected = {
          ...before,
          ...Object.fromEntries(
            Object.entries(settings).map(([name, value]) => [`tune.${name}`, JSON.parse(value) as unknown]),
          ),
        };
        expect(readFrontMatter(splitPromptFile(after).frontMatter!).value).toEqual(expected);
        expect(splitPromptFile(after).body.text).toBe(splitPromptFile(file).body.text);
      }),
    );
  });
});
