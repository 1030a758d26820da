import { describe, expect, it } from 'vitest';
import { definitionsAt, linksOf } from '../../../../src/template/language/definitions';
import { foldsOf } from '../../../../src/template/language/folding';
import { inlaysOf } from '../../../../src/template/language/inlay';
import { lensesOf } from '../../../../src/template/language/lenses';
import { symbolsOf } from '../../../../src/template/language/symbols';
import type { TemplateSymbol } from '../../../../src/template/language/symbols';
import { lines } from '../../../support/text/lines';

const head = lines(
  '---',
  'model: builtin',
  'input:',
  '  schema:',
  '    text: string',
  '  default:',
  '    shots: [ { text: a, kind: bug } ]',
  'output:',
  '  schema:',
  '    kind(enum, the desk): [bug, account]',
  'tune.data:',
  '  train: data/train.csv',
  '  dev: data/dev.csv',
  'tune.labels: { bug: " fault" }',
  '---',
  '',
);
const body = lines(
  '{{#instruction}}Say it.{{/instruction}}',
  '{{> intro}}',
  '{{#each shots}}',
  '{{text}}: {{kind}}',
  '{{/each}}',
  '{{soft 4 id="task"}}',
  '{{text}}:{{kind}}',
);
const text = head + body;
const path = '/work/tasks/desk.prompt';

const names = (symbols: readonly TemplateSymbol[]): unknown[] =>
  symbols.map(({ name, children }) => (children.length > 0 ? [name, names(children)] : name));

describe('the outline', () => {
  it('lists settings with what they hold, then blocks, virtual tokens, partials and the answer', () => {
    expect(names(symbolsOf(text))).toEqual([
      'model',
      [
        'input',
        [
          ['schema', ['text']],
          ['default', [['shots', ['0.text', '0.kind']]]],
        ],
      ],
      ['output', [['schema', ['kind(enum, the desk)']]]],
      ['tune.data', ['train', 'dev']],
      ['tune.labels', ['bug']],
      '#instruction',
      '> intro',
      '#each',
      'soft',
      'kind',
    ]);
    const kinds = symbolsOf(text).map(({ kind }) => kind);
    expect(kinds.slice(-5)).toEqual(['instruction', 'partial', 'block', 'soft', 'answer']);
  });

  it('is there while neither front matter nor body parses', () => {
    expect(names(symbolsOf('---\nmodel: [\ntune.length: 3\n---\n{{#if a}}{{soft 2}}'))).toEqual(
      expect.arrayContaining(['model', 'tune.length', ['#if', ['soft']]]),
    );
  });
});

describe('folding', () => {
  it('folds the front matter, mappings and blocks, and leaves closing tags in sight', () => {
    const folds = foldsOf(text);
    expect(folds).toContainEqual({ startLine: 0, endLine: 13, kind: 'region' });
    expect(folds).toContainEqual({ startLine: 10, endLine: 12 });
    expect(folds).toContainEqual({ startLine: 17, endLine: 18 });
    expect(foldsOf('a\n{{!-- one\ntwo --}}\nb')).toEqual([{ startLine: 1, endLine: 2, kind: 'comment' }]);
  });
});

/** The definition of the word at `¦`. */
function definition(source: string) {
  const offset = source.indexOf('¦');
  const whole = source.replace('¦', '');
  return definitionsAt(whole, offset, path).map(({ file, range }) =>
    range ? whole.slice(range.start.offset, range.end.offset) : file,
  );
}

describe('going to a definition', () => {
  it('opens partials and data files', () => {
    expect(definition(text.replace('> intro', '> int¦ro'))).toEqual(['/work/tasks/_intro.prompt']);
    expect(definition(text.replace('data/train', 'da¦ta/train'))).toEqual(['/work/tasks/data/train.csv']);
    expect(linksOf(text, path).map(({ file }) => file)).toEqual([
      '/work/tasks/data/train.csv',
      '/work/tasks/data/dev.csv',
      '/work/tasks/_intro.prompt',
    ]);
  });

  it('finds inputs and the answer in their schemas, and fields of a list in its first item', () => {
    expect(definition(text.replace('{{text}}:{{kind}}', '{{te¦xt}}:{{kind}}'))).toEqual(['text']);
    expect(definition(text.replace('{{text}}:{{kind}}', '{{text}}:{{ki¦nd}}'))).toEqual(['kind(enum, the desk)']);
    const inList = text.replace('{{text}}: {{kind}}', '{{te¦xt}}: {{kind}}');
    const [found] = definitionsAt(inList.replace('¦', ''), inList.indexOf('¦'), path);
    expect(found!.range!.start.line).toBe(6);
  });

  it('finds labels in the enum, and ids where they first stand', () => {
    expect(definition(text.replace('{ bug: " fault"', '{ b¦ug: " fault"'))).toEqual(['bug']);
    const twice = `${text.replace('{{text}}:{{kind}}', '{{soft id="ta¦sk"}}{{text}}:{{kind}}')}`;
    const [found] = definitionsAt(twice.replace('¦', ''), twice.indexOf('¦'), path);
    expect(found!.range!.start.offset).toBe(twice.indexOf('task'));
  });

  it('finds nothing for a name that nothing declares', () => {
    expect(definition(`${head}{{oth¦er}}`)).toEqual([]);
  });
});

const encoder = {
  firstVirtualToken: 100,
  encode: (words: string, special: boolean) => [
    ...(special ? [1] : []),
    ...words
      .split(/\s+/)
      .filter(Boolean)
      .map((word) => word.length),
  ],
};

describe('inlay hints', () => {
  it('count the tokens of init words, of the instruction and of the whole prompt', () => {
    const source = lines(
      '---',
      'output: { schema: { kind: string } }',
      '---',
      '{{#instruction}}Say it now.{{/instruction}}{{soft init="two words"}} {{text}}:{{kind}}',
    );
    const hints = inlaysOf(source, path, { encoder, contextLength: 64, sampleRows: [{ text: 'one two three' }] });
    expect(hints.map(({ label, position }) => [label, source.slice(0, position.offset).slice(-5)])).toEqual([
      ['2 tokens', 'ds"}}'],
      ['3 tokens', ' now.'],
      ['9 tokens of 64, 2 virtual', 'ind}}'],
    ]);
  });

  it.each([
    ['soft in front, where no method is named', '', '23 tokens, 20 virtual'],
    ['as many as tune.length says', 'tune.length: 7\n', '10 tokens, 7 virtual'],
    ['none for a hard prompt', 'tune.method: hard\n', '3 tokens'],
    ['the prefix of every layer', 'tune.method: v2\ntune.length: 5\n', '8 tokens, 5 virtual'],
    ['v2 at the input', 'tune.method: v2\ntune.layers: input\ntune.length: 5\n', '8 tokens, 5 virtual'],
  ])('count virtual tokens as a training would place them: %s', (_, keys, expected) => {
    const source = `---\noutput: { schema: { kind: string } }\n${keys}---\n{{text}}:{{kind}}`;
    expect(inlaysOf(source, path, { encoder, sampleRows: [{ text: 'one two' }] }).map(({ label }) => label)).toEqual([
      expected,
    ]);
  });

  it('count text alone in the file of another tool, which trains nothing', () => {
    expect(inlaysOf('Say {{text}}', path, { encoder, sampleRows: [{ text: 'it' }] }).map(({ label }) => label)).toEqual(
      ['3 tokens'],
    );
  });

  it('are absent without a tokenizer and in a file with errors', () => {
    expect(inlaysOf('{{text}}', path, {})).toEqual([]);
    expect(inlaysOf('{{#if}}', path, { encoder })).toEqual([]);
  });
});

describe('lenses', () => {
  const lastRuns = [
    {
      run: 'r1',
      method: 'soft' as const,
      score: { name: 'accuracy', value: 0.9, interval: [0.8, 0.95], scale: 'share' } as const,
      loss: 0.1,
      n: 20,
      rows: '20 rows of test',
      chosen: '',
      seeds: '',
      changed: [],
      finished: '2026-01-01T00:00:00Z',
    },
  ];
  const splits = {
    train: { file: 'data/train.csv', rows: 1200, columns: [], labels: {}, keys: new Map(), truncated: false },
  };

  it('offer what can be done, tell the last results, and count rows', () => {
    const readPartial = () => 'Hello.';
    const lenses = lensesOf(text, path, { lastRuns, splits, readPartial });
    expect(lenses.map(({ action, title }) => [action, title])).toEqual([
      ['evaluate', 'Evaluate'],
      ['train', 'Train…'],
      ['compare', 'Compare'],
      ['result', 'soft 0.900 (0.800–0.950) on 20 rows of test'],
      ['rows', 'train: 1,200 rows'],
    ]);
    expect(lenses.at(-1)!.range.start.line).toBe(11);
  });

  it('tell the mean of several seeds as one, and a result of an older text as such, with that text', () => {
    const [last] = lastRuns;
    const score = { ...last!.score, interval: null };
    const older = { ...last!, score, seeds: 'mean of 3 seeds', changed: ['the text'] };
    const lenses = lensesOf(text, path, { lastRuns: [older], readPartial: () => 'Hello.' });
    expect(lenses.slice(3).map(({ action, title, run }) => [action, title, run])).toEqual([
      ['result', 'soft 0.900, mean of 3 seeds, on 20 rows of test, of an older text', 'r1'],
      ['olderText', 'Show That Text', 'r1'],
    ]);
    expect(lenses[3]!.tooltip).toBe('changed since: the text');
  });

  it('say how many errors stand in the way, and offer nothing for a file of another tool', () => {
    expect(
      lensesOf(text, path, { readPartial: () => 'Hello.', fileExists: (file) => !file.endsWith('dev.csv') }).map(
        ({ title }) => title,
      ),
    ).toEqual(['1 error prevents a run']);
    expect(lensesOf('{{#if a}}', path, {}).map(({ title }) => title)).toEqual(['1 error prevents a run']);
    expect(lensesOf('Hello {{name}}', path, {})).toEqual([]);
  });
});
